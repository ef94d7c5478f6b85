"""Pictures as LINE takes them: JPEG or PNG, upright, within its limits."""

import io

from PIL import Image, ImageOps

FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "BMP")
MAX_PIXELS = 60_000_000
MAX_BYTES = 10_000_000  # LINE's 10 MB, read as decimal to be on the safe side
MAX_SIDE = 4096
PREVIEW_BYTES = 1_000_000
PREVIEW_SIDE = 1024
ICON_SIDE = 256
QUALITIES = (90, 80, 70, 55, 40)


def encode(raw, max_bytes=MAX_BYTES, max_side=MAX_SIDE):
    """Draw a picture anew, without its metadata (a photo tells where it was taken).

    :return: (bytes, mimetype)
    :raise ValueError: not a picture that can be drawn
    """
    image = _open(raw)
    image.thumbnail((max_side, max_side))
    if _has_transparency(image):
        data = _save(image.convert("RGBA"), "PNG")
        if len(data) <= max_bytes:
            return data, "image/png"
    image = _on_white(image)
    while True:
        for quality in QUALITIES:
            data = _save(image, "JPEG", quality=quality, optimize=True)
            if len(data) <= max_bytes:
                return data, "image/jpeg"
        image = image.resize([max(1, side // 2) for side in image.size])


def preview(raw):
    """The small picture that LINE shows in the chat."""
    return encode(raw, PREVIEW_BYTES, PREVIEW_SIDE)


def icon(raw):
    """A square PNG for the picture beside a sender's name."""
    image = ImageOps.fit(_open(raw).convert("RGBA"), (ICON_SIDE, ICON_SIDE))
    return _save(image, "PNG")


def _open(raw):
    try:
        with Image.open(io.BytesIO(raw), formats=_known_formats()) as source:
            if source.width * source.height > MAX_PIXELS:
                raise ValueError("the picture has too many pixels")
            image = ImageOps.exif_transpose(source)
            return image.convert("RGBA" if _has_transparency(image) else "RGB")
    except (OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise ValueError(f"not a picture: {error}") from error


def _known_formats():
    """Those of ``FORMATS`` that this installation of Pillow can read."""
    Image.init()
    return [name for name in FORMATS if name in Image.OPEN]


def _has_transparency(image):
    return image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info


def _on_white(image):
    if image.mode != "RGBA":
        return image.convert("RGB")
    paper = Image.new("RGB", image.size, "white")
    paper.paste(image, mask=image.getchannel("A"))
    return paper


def _save(image, kind, **options):
    target = io.BytesIO()
    image.save(target, kind, **options)
    return target.getvalue()
