"""Small pictures for strips, each of which says in its corner which one it is."""

import numpy as np

WIDTH, HEIGHT, COUNT = 64, 48, 6
_CORNER = 12


def picture(index):
    """H x W x 3 bytes: a bar that moves over a ramp, and a corner whose gray tells the index."""
    across = np.linspace(0, 255, WIDTH, dtype=np.uint8)
    pixels = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    pixels[..., 2] = across
    pixels[..., 0] = np.linspace(40, 200, HEIGHT, dtype=np.uint8)[:, None]
    pixels[10:34, 8 + 5 * index : 20 + 5 * index, 1] = 220
    pixels[:_CORNER, :_CORNER] = 30 + 40 * index
    return pixels


def index_of(pixels):
    """Which picture this is, by its corner."""
    gray = float(pixels[2 : _CORNER - 2, 2 : _CORNER - 2].mean())
    index = round((gray - 30) / 40)
    assert abs(gray - 30 - 40 * index) < 6, f"the corner has {gray}"
    return index


def save_png(path, pixels):
    from PIL import Image

    Image.fromarray(pixels).save(path)


def load(path):
    """H x W x C floats in 0 to 255; EXR is encoded as sRGB first."""
    import OpenImageIO

    pixels = OpenImageIO.ImageBuf(str(path)).get_pixels(OpenImageIO.FLOAT)[..., :3]
    if path.suffix != ".exr":
        return pixels * 255
    return np.clip(encode(np.clip(pixels, 0, None)), 0, 1) * 255


def encode(light):
    """Linear light to sRGB, IEC 61966-2-1."""
    return np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)


def decode(code):
    """sRGB to linear light, IEC 61966-2-1."""
    return np.where(code <= 0.04045, code / 12.92, ((code + 0.055) / 1.055) ** 2.4)


def save_layers(path, pixels):
    """A multilayer EXR as Blender writes it: a combined pass, and depth."""
    import OpenImageIO

    names = [f"ViewLayer.Combined.{one}" for one in "RGBA"] + ["ViewLayer.Depth.Z"]
    planes = np.ones((HEIGHT, WIDTH, 5), np.float32)
    planes[..., :3] = decode(pixels / 255.0)
    spec = OpenImageIO.ImageSpec(WIDTH, HEIGHT, 5, OpenImageIO.HALF)
    spec.channelnames = names
    output = OpenImageIO.ImageOutput.create(str(path))
    assert output.open(str(path), spec)
    assert output.write_image(planes)
    output.close()


def save_movie(path, pictures):
    """A lossless movie, 24 frames a second."""
    import av

    with av.open(str(path), "w") as container:
        stream = container.add_stream("ffv1", rate=24)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "bgr0"
        for pixels in pictures:
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24").reformat(format="bgr0")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def save_pictures(folder, order=range(COUNT), name="in"):
    """Numbered pictures from 1 on, in an order; returns their folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, index in enumerate(order, start=1):
        save_png(folder / f"{name}_{number:04d}.png", picture(index))
    return folder


def save_mattes(path, pixels):
    """An EXR with Cryptomatte: the left half is an object, and one pixel at the left another."""
    import json

    import OpenImageIO

    from vst_core.cryptomatte import matte_id

    names = {"Left, half": np.s_[:, : WIDTH // 2], "Dot": np.s_[0, 0]}
    planes = np.zeros((HEIGHT, WIDTH, 7), np.float32)
    planes[..., :3] = decode(pixels / 255.0)
    for name, place in names.items():
        planes[(*place, 3)] = np.uint32(matte_id(name)).view(np.float32)
        planes[(*place, 4)] = 1
    spec = OpenImageIO.ImageSpec(WIDTH, HEIGHT, 7, OpenImageIO.FLOAT)
    spec.channelnames = ["R", "G", "B", *(f"CryptoObject00.{one}" for one in "rgba")]
    spec.attribute("cryptomatte/abc/name", "CryptoObject")
    manifest = {name: f"{matte_id(name):08x}" for name in names}
    spec.attribute("cryptomatte/abc/manifest", json.dumps(manifest))
    output = OpenImageIO.ImageOutput.create(str(path))
    assert output.open(str(path), spec)
    assert output.write_image(planes)
    output.close()
