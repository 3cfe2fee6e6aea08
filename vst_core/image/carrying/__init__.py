"""What of the input's other layers comes to the output, and how."""
