"""Member barcodes as inline SVG: no bitmap backend, no file, no request."""

import qrcode
from lxml import etree
from markupsafe import Markup
from qrcode.constants import ERROR_CORRECT_M
from qrcode.image.svg import SvgPathImage
from reportlab.graphics import renderSVG
from reportlab.graphics.barcode import createBarcodeDrawing

# Code 128 asks for a quiet zone of ten modules at both ends (ISO/IEC 15417).
BAR_WIDTH = 1.0
BAR_HEIGHT = 48


def code128_svg(value):
    """Code 128 symbol of ``value`` that fills the width of its container.

    The human-readable text is left out: the page prints the number itself.
    """
    drawing = createBarcodeDrawing(
        "Code128",
        value=value,
        humanReadable=0,
        barWidth=BAR_WIDTH,
        barHeight=BAR_HEIGHT,
        quiet=1,
        lquiet=10 * BAR_WIDTH,
        rquiet=10 * BAR_WIDTH,
    )
    return _inline(
        renderSVG.drawToString(drawing),
        viewBox=f"0 0 {drawing.width:g} {drawing.height:g}",
        preserveAspectRatio="none",
    )


def qr_svg(value):
    """QR code of ``value``, error correction M (15 %)."""
    image = qrcode.make(
        value, image_factory=SvgPathImage, error_correction=ERROR_CORRECT_M, border=4
    )
    return _inline(image.to_string(encoding="unicode"))


def _inline(svg, **attributes):
    """Root element only, scaled by CSS, hidden from screen readers."""
    root = etree.fromstring(svg[svg.index("<svg") :].encode())
    for name in ("width", "height"):
        root.attrib.pop(name, None)
    for name, text in {"aria-hidden": "true", **attributes}.items():
        root.set(name, text)
    for child in list(root):
        if etree.QName(child).localname in ("title", "desc"):
            root.remove(child)
    return Markup(etree.tostring(root, encoding="unicode"))
