"""VGG-16's last convolution, tuned to tell paintings from photographs."""
