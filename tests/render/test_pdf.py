"""The picture as a PDF: one page of vectors, of the picture's size."""

from __future__ import annotations

import io

import pytest
from pypdf import PdfReader

from gradviz.render.options import Options
from gradviz.render.pdf import LONGEST, render_pdf
from gradviz.render.svg import compose


@pytest.mark.parametrize("theme", ["light", "dark", "print"])
def test_pdf_is_one_page_of_vectors(specimens, theme):
    data, options = specimens.case_c(), Options(theme=theme)
    drawing = compose(data, options)
    [page] = PdfReader(io.BytesIO(render_pdf(data, options))).pages
    assert (float(page.mediabox.width), float(page.mediabox.height)) == (drawing.width, drawing.height)
    assert not page.images
    content = page.get_contents().get_data()
    # Outlines are curves and fills; a picture of pixels would have next to none.
    assert content.count(b" c\n") + content.count(b" c ") > 500


def test_pdf_is_the_same_every_time(specimens):
    assert render_pdf(specimens.case_a(), Options()) == render_pdf(specimens.case_a(), Options())


def test_pdf_names_what_it_shows(specimens):
    reader = PdfReader(io.BytesIO(render_pdf(specimens.case_a(), Options())))
    assert reader.metadata.title == specimens.case_a().title.unicode


def test_a_very_long_drawing_fits_a_page(specimens, monkeypatch):
    monkeypatch.setattr("gradviz.render.pdf.LONGEST", 300.0)
    [page] = PdfReader(io.BytesIO(render_pdf(specimens.case_a(), Options()))).pages
    assert float(page.mediabox.width) == pytest.approx(300.0, abs=0.1)
    assert LONGEST <= 14_400
