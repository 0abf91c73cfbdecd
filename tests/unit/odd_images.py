"""Images that people and attackers upload, made from nothing: no binary file is kept for them."""

import struct
import zlib

import pyvips

KEEP_ALL = pyvips.enums.ForeignKeep.ALL


def photo(width: int = 320, height: int = 200) -> pyvips.Image:
    """A picture with soft areas, edges and grain; red top left, so that a turn shows."""
    ramp = pyvips.Image.xyz(width, height)
    red = ramp[0].linear(200 / width, 20)
    green = ramp[1].linear(160 / height, 30)
    blue = pyvips.Image.gaussnoise(width, height, mean=110, sigma=12, seed=3)
    image = red.bandjoin([green, blue]).cast("uchar").copy(interpretation="srgb")
    return image.draw_rect([230, 20, 20], 0, 0, width // 4, height // 4, fill=True)


def see_through(width: int = 200, height: int = 120) -> pyvips.Image:
    """A picture that fades out to the right."""
    alpha = pyvips.Image.xyz(width, height)[0].linear(255 / width, 0).cast("uchar")
    return photo(width, height).bandjoin(alpha)


def with_field(image: pyvips.Image, name: str, value: object, kind: int | None = None) -> pyvips.Image:
    """The image with one field of metadata more."""
    image = image.copy()
    image.set_type(kind or pyvips.GValue.gstr_type, name, value)
    return image


def oriented(orientation: int) -> bytes:
    """A JPEG stored so that EXIF *orientation* is needed to see it upright."""
    return with_field(photo(), "orientation", orientation, pyvips.GValue.gint_type).jpegsave_buffer(
        Q=95, keep=KEEP_ALL
    )


def with_place() -> bytes:
    """A JPEG whose EXIF says where and with what it was taken."""
    image = with_field(photo(), "exif-ifd3-GPSLatitude", "59/1 19/1 46/1")
    image = with_field(image, "exif-ifd3-GPSLatitudeRef", "N")
    image = with_field(image, "exif-ifd0-Make", "Lumen")
    return image.jpegsave_buffer(keep=KEEP_ALL)


def animation(frames: int = 5, width: int = 60, height: int = 40) -> pyvips.Image:
    """Frames below one another, each of another brightness."""
    pages = [photo(width, height).linear(1 - at / frames / 2, 0).cast("uchar") for at in range(frames)]
    strip = pyvips.Image.arrayjoin(pages, across=1).copy()
    strip.set_type(pyvips.GValue.gint_type, "page-height", height)
    strip.set_type(pyvips.GValue.array_int_type, "delay", [80] * frames)
    return strip


def png_chunk(name: bytes, body: bytes) -> bytes:
    """One chunk with its true checksum."""
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png_bomb(width: int, height: int, rows: int = 40) -> bytes:
    """A PNG that claims to be huge; *rows* of it are there."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes((1 + width * 3) * rows), 9)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        [png_chunk(b"IHDR", header), png_chunk(b"IDAT", body), png_chunk(b"IEND", b"")]
    )


def gif_with_canvas(width: int, height: int) -> bytes:
    """A GIF of a few bytes that claims a canvas, and a frame, of *width* x *height*."""
    screen = struct.pack("<HHBBB", width, height, 0xF0, 0, 0) + bytes(6)
    frame = b"\x2c" + struct.pack("<HHHHB", 0, 0, width, height, 0) + b"\x02\x02\x44\x01\x00"
    return b"GIF89a" + screen + frame + b"\x3b"


def animated_webp(frames: int) -> bytes:
    """A WebP of many one-pixel frames on a small canvas."""
    picture = pyvips.Image.black(1, 1, bands=3).webpsave_buffer(lossless=True, keep="none")[12:]
    head = (
        (0).to_bytes(3, "little") * 2 + (0).to_bytes(3, "little") * 2 + (10).to_bytes(3, "little") + b"\x00"
    )
    frame = head + picture
    chunk = b"ANMF" + len(frame).to_bytes(4, "little") + frame + bytes(len(frame) % 2)
    size = (15).to_bytes(3, "little")
    extended = b"VP8X" + (10).to_bytes(4, "little") + b"\x02\x00\x00\x00" + size * 2
    control = b"ANIM" + (6).to_bytes(4, "little") + bytes(6)
    body = b"WEBP" + extended + control + chunk * frames
    return b"RIFF" + len(body).to_bytes(4, "little") + body


def jpeg_with_profile(profile: bytes) -> bytes:
    """A JPEG that carries *profile* as its colour profile, whatever that is."""
    body = b"ICC_PROFILE\x00\x01\x01" + profile
    content = photo().jpegsave_buffer()
    return content[:2] + b"\xff\xe2" + struct.pack(">H", len(body) + 2) + body + content[2:]


def cmyk_jpeg() -> bytes:
    """A JPEG as a printer wants it, without a profile, on which libvips 8.18.7 can crash."""
    return (
        pyvips.Image.black(400, 300, bands=4)
        .linear(1, [30, 60, 90, 10])
        .cast("uchar")
        .copy(interpretation="cmyk")
        .jpegsave_buffer(keep="none")
    )


def avif_quoted() -> bytes:
    """An AVIF that needs a property with a name that is not UTF-8, which the decoder's error quotes."""
    avif = bytearray(photo().heifsave_buffer(compression="av1", effort=0))
    count = avif.index(b"ipma") + 14
    for at in range(count + 1, count + 1 + avif[count]):
        avif[at] |= 0x80  # essential (ISO/IEC 23008-12, 9.3)
    return bytes(avif).replace(b"pixi", b"pix\x80")


def heic() -> bytes:
    """The beginning of what an iPhone sends."""
    return struct.pack(">I", 24) + b"ftypheic" + bytes(4) + b"mif1heic" + bytes(100)


def svg(body: str, width: int = 40, height: int = 30, before: str = "") -> bytes:
    """An SVG with *body* in it."""
    return (
        f'<?xml version="1.0"?>{before}<svg xmlns="http://www.w3.org/2000/svg" '
        f'xmlns:xlink="http://www.w3.org/1999/xlink" width="{width}" height="{height}">{body}</svg>'
    ).encode()


def checks(width, height):
    """Black and white squares of ten pixels: what blurring leaves of them is grey."""
    spots = pyvips.Image.xyz(width, height)
    light = ((spots[0] / 10).floor() + (spots[1] / 10).floor()) % 2 * 255
    return light.cast("uchar").copy(interpretation="b-w")


def in_cmyk():
    """A photograph as a printer wants it, with its profile."""
    return photo().icc_export(output_profile="cmyk")


def with_size(jpeg, side):
    """The JPEG with a header that claims *side* pixels each way."""
    at = jpeg.index(b"\xff\xc0") + 5
    return jpeg[:at] + struct.pack(">HH", side, side) + jpeg[at + 4 :]


def with_hole(content):
    """The file with zeros in its middle."""
    at = len(content) // 2
    return content[:at] + bytes(300) + content[at + 300 :]


def with_flipped_bits(content):
    """The file with one byte turned over in its middle."""
    at = len(content) // 2
    return content[:at] + bytes([content[at] ^ 0xFF]) + content[at + 1 :]


def animated_png():
    """A PNG of two frames, of which decoders that know no animation show the first."""
    content = photo(60, 40).pngsave_buffer(filter="none", keep="none")
    start, data = content.index(b"IDAT") - 4, content.index(b"IDAT")
    length = int.from_bytes(content[start:data])
    pixels = content[data + 4 : data + 4 + length]
    control = struct.pack(">IIIIIHHBB", 0, 60, 40, 0, 0, 1, 10, 0, 0)
    second = struct.pack(">IIIIIHHBB", 1, 60, 40, 0, 0, 1, 10, 0, 0)
    before = png_chunk(b"acTL", struct.pack(">II", 2, 0)) + png_chunk(b"fcTL", control)
    after = png_chunk(b"fcTL", second) + png_chunk(b"fdAT", struct.pack(">I", 2) + pixels)
    end = content.index(b"IEND") - 4
    return content[:start] + before + content[start:end] + after + content[end:]
