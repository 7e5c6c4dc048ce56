"""Texts from elsewhere: clean Markdown comes out, and nothing hostile comes along."""

import io
import re
import zipfile

import factories
import pytest
from desks import member
from front_door import fields
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from campaign.database import db
from campaign.lib.importing.files import read_file
from campaign.lib.importing.found import LeftOut, NotReadable, TooMuch
from campaign.lib.importing.web import from_html
from campaign.lib.markdown.article import read
from campaign.writing.models import ArticleDraft

IMPORT = "/manage/writing/import"
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "application/vnd.openxmlformats-officedocument.wordprocessingml"


def paragraph(inner, style=""):
    kind = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{kind}{inner}</w:p>"


def run(text, mark=""):
    marks = f"<w:rPr>{mark}</w:rPr>" if mark else ""
    return f'<w:r>{marks}<w:t xml:space="preserve">{text}</w:t></w:r>'


def docx(body, notes="", links=(), head='<?xml version="1.0"?>', **parts):
    """Return a document as a word processor would write it."""
    relations = "".join(
        f'<Relationship Id="l{number}" Type="{R}/hyperlink" Target="{target}" '
        'TargetMode="External"/>'
        for number, target in enumerate(links)
    )
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="{key}"><w:name w:val="{name}"/>'
        "</w:style>"
        for key, name in (("T", "Title"), ("H", "heading 1"), ("Q", "Quote"))
    )
    files = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/><Default '
        'Extension="rels" ContentType="application/vnd.openxmlformats-package.'
        'relationships+xml"/><Override PartName="/word/document.xml" '
        f'ContentType="{OFFICE}.document.main+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="d" Type="{R}/officeDocument" Target="word/document.xml"/>'
        "</Relationships>",
        "word/_rels/document.xml.rels": (
            f'<Relationships xmlns="{PACKAGE}/relationships">{relations}'
            f'<Relationship Id="n" Type="{R}/footnotes" Target="footnotes.xml"/>'
            f'<Relationship Id="s" Type="{R}/styles" Target="styles.xml"/>'
            "</Relationships>"
        ),
        "word/styles.xml": f"<w:styles {W}>{styles}</w:styles>",
        "word/footnotes.xml": f"<w:footnotes {W}>{notes}</w:footnotes>",
        "word/document.xml": f'{head}<w:document {W} xmlns:r="{R}">'
        f"<w:body>{body}</w:body></w:document>",
        **parts,
    }
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return data.getvalue()


NOTE = '<w:r><w:footnoteReference w:id="2"/></w:r>'
LINK = '<w:hyperlink r:id="l0"><w:r><w:t>a link</w:t></w:r></w:hyperlink>'


def test_a_document_keeps_its_headings_marks_links_and_notes():
    found = read_file(
        "Plan.DOCX",
        docx(
            paragraph(run("How ponds go"), "T")
            + paragraph(run("Why"), "H")
            + paragraph(run("A ") + run("bold", "<w:b/>") + run(" claim") + NOTE)
            + paragraph(run("Said"), "Q")
            + paragraph(run("See ") + LINK),
            f'<w:footnote w:id="2"><w:p>{run("The source.")}</w:p></w:footnote>',
            ["https://example.org/a?b=c"],
        ),
    )
    assert found.title == "How ponds go"
    assert found.markdown == (
        "# Why\n\nA **bold** claim[^1]\n\n> Said\n\n"
        "See [a link](https://example.org/a?b=c)\n\n[^1]: The source."
    )
    assert not found.left_out
    assert read(found.markdown).dropped == ()


def bomb(size=200_000_000):
    return docx("", **{"word/media/zeros.xml": "0" * size})


HOSTILE_FILES = {
    "no document": (b"PK\x03\x04 and nothing", NotReadable),
    "another archive": (bomb(1)[:200], NotReadable),
    "billion laughs": (
        docx(
            paragraph(run("&b;")),
            head='<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">'
            '<!ENTITY b "&a;&a;&a;">]>',
        ),
        NotReadable,
    ),
    "a file of this machine": (
        docx(
            paragraph(run("&x;")),
            head='<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        ),
        NotReadable,
    ),
    "hidden in UTF-16": (
        docx(
            "",
            **{
                "word/document.xml": '<?xml version="1.0" encoding="utf-16"?>'
                '<!DOCTYPE x [<!ENTITY a "ha">]><x/>'.encode("utf-16")
            },
        ),
        NotReadable,
    ),
    "too deep": (docx("<w:p>" * 5000 + "</w:p>" * 5000), TooMuch),
    "not well formed": (docx("<w:p><w:r>"), NotReadable),
    "too many parts": (docx("", **{f"x{n}.xml": "" for n in range(2100)}), TooMuch),
    "too large": (b"PK\x03\x04" + b"0" * 10_000_001, TooMuch),
}


@pytest.mark.parametrize("name", HOSTILE_FILES)
def test_a_hostile_document_is_refused(name):
    data, refusal = HOSTILE_FILES[name]
    with pytest.raises(refusal):
        read_file("x.docx", data)


def test_a_bomb_is_refused_before_it_goes_off():
    with pytest.raises(TooMuch):
        read_file("x.docx", bomb())


@pytest.mark.parametrize(
    ("name", "data", "title", "text"),
    [
        ("a.md", b"\xef\xbb\xbf# One #\r\n\r\nTwo", "One", "Two"),
        ("a.md", b"---\ntitle: x\n---\nTwo", "", "Two"),
        ("a.txt", "نص".encode("utf-16"), "", "نص"),
        ("a.html", b"<title>x</title><h1>One</h1><p>caf\xe9</p>", "One", "café"),
        (
            "a.html",
            "<meta charset=windows-1256><p>نص</p>".encode("windows-1256"),
            "",
            "نص",
        ),
    ],
)
def test_files_of_text_are_read_in_their_encoding(name, data, title, text):
    found = read_file(name, data)
    assert (found.title, found.markdown) == (title, text)


@pytest.mark.parametrize("name", ["a.pdf", "a", "a.exe", "docx"])
def test_files_of_other_kinds_are_refused(name):
    with pytest.raises(NotReadable):
        read_file(name, b"%PDF-1.7 \0")


WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><body>
<!--StartFragment--><h1>Ponds</h1>
<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><![if !supportLists]>
<span style='mso-list:Ignore'>·<span>&nbsp; </span></span><![endif]>One <b>bold</b></p>
<p style='mso-list:l0 level2 lfo1'><span style='mso-list:Ignore'>1.<span> </span></span>
Inner</p>
<p style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>·</span>Two</p>
<p class=MsoNormal>A claim<a style='mso-footnote-id:ftn1' href="#_ftn1" name="_ftnref1">
<span>[1]</span></a><o:p></o:p></p>
<div style='mso-element:footnote' id=ftn1><p><a href="#_ftnref1" name="_ftn1">
<span>[1]</span></a> The <i>source</i>.</p></div></body></html>"""
GOOGLE = """<meta charset='utf-8'><b style="font-weight:normal" id="docs-internal-1">
<p dir="rtl"><span style="font-weight:700">عريض</span><span> و</span>
<span style="font-style:italic">مائل</span></p></b>"""
WIKI = """<p>x<sup id="cite_ref-1"><a href="#cite_note-1">[1]</a></sup></p>
<ol><li id="cite_note-1"><a href="#cite_ref-1">^</a> <span>A source.</span></li></ol>"""


@pytest.mark.parametrize(
    ("html", "title", "text"),
    [
        (
            WORD,
            "Ponds",
            "- One **bold**\n  1. Inner\n- Two\n\nA claim[^1]\n\n[^1]: The *source*.",
        ),
        (GOOGLE, "", "**عريض** و *مائل*"),
        (WIKI, "", "x[^1]\n\n[^1]: A source."),
        (
            "<table><tr><td><p>A</p></td><td>B</td></tr><tr><td>c | d<br>e</table>",
            "",
            None,
        ),
        ("<p># a</p><p>1. b</p><p>- c</p>", "", "\\# a\n\n1\\. b\n\n\\- c"),
        ("<p>[x](y) &lt;b&gt; 3*4*5 `q`</p>", "", None),
    ],
)
def test_what_is_pasted_becomes_clean_markdown(html, title, text):
    found = from_html(html)
    assert found.title == title
    if text is not None:
        assert found.markdown == text
    shown = read(found.markdown)
    assert shown.dropped == ()
    assert " ".join(re.sub(r"<[^>]+>", " ", shown.html).split())


def test_what_is_left_out_is_counted():
    found = from_html(
        "<img src=a><img src=b><script>x</script><iframe src=//e></iframe>"
        "<form><input></form><a href='javascript:x'>a</a><a href='/b'>b</a>"
        "<table><tr><td colspan=2>c</td></tr></table><p style='display:none'>d</p>e"
    )
    assert found.left_out == {
        LeftOut.PICTURE: 2,
        LeftOut.SCRIPT: 1,
        LeftOut.MEDIA: 1,
        LeftOut.FORM: 2,
        LeftOut.LINK: 2,
        LeftOut.MERGED_CELLS: 1,
    }
    assert "d" not in found.markdown.replace("---", "")


def test_a_cell_that_was_merged_takes_no_other_with_it():
    """Markdown drops what stands beyond the length of a table's first row."""
    found = from_html(
        "<table><tr><th>A<th colspan=2>B<tr><td rowspan=2>1<td>2<td>3"
        "<tr><td>4<td>5<tr><td>6<td>7<td>8<td>9</table>"
    )
    assert found.markdown == (
        "| A | B |  |  |\n| --- | --- | --- | --- |\n| 1 | 2 | 3 |  |\n"
        "|  | 4 | 5 |  |\n| 6 | 7 | 8 | 9 |"
    )
    assert found.left_out == {LeftOut.MERGED_CELLS: 2}
    with pytest.raises(TooMuch):
        from_html("<table><tr><td colspan=99999>a</table>")


def test_of_a_page_its_text_is_taken_and_not_what_stands_around_it():
    head, foot = "<nav><a href=/>Home</a></nav>", "<footer>©</footer>"
    page = f"{head}{{}}<h1>Title</h1><p>It is so.</p>{{}}{foot}"
    for marks in (("<article>", "</article>"), ("<main>", "</main>"), ("", "")):
        found = from_html(page.format(*marks))
        assert (found.title, found.markdown) == ("Title", "It is so.")
        assert found.left_out == {LeftOut.SURROUNDINGS: 1}
    two = "<article><p>One</article><article><p>Two</article>"
    assert from_html(two).markdown == "One\n\nTwo"


PIECES = st.sampled_from(
    [
        *("<p>", "</p>", "<b>", "</b>", "<i>", "<ul>", "<li>", "</ul>", "<table>"),
        *(
            "<tr>",
            "<td>",
            "</table>",
            "<h1>",
            "<h2>",
            "</h2>",
            "<br>",
            "<sup>",
            "<pre>",
        ),
        *("<a href='#n'>", "<a id=n href='#r'>", "<a href='javascript:x'>", "</a>"),
        *("<a href='//e.org'>", "<img src=x onerror=x>", "<script>x</script>", "<!--"),
        *("<p style='mso-list:l0 level3'>", "<div id=ftn1>", "</div>", "<span id=r>"),
        *("](javascript:x)", "[x", "![x](//e)", "`", "*", "\n\n    ", "&lt;b&gt;", "|"),
    ]
)


@settings(max_examples=120, deadline=None)
@given(st.lists(PIECES | st.text(max_size=5), max_size=25).map("".join))
def test_no_html_makes_a_text_that_is_not_one(html):
    markdown = from_html(html).markdown
    shown = read(markdown)
    assert not re.search(r'href="(?!https?://|mailto:|tel:|#)', shown.html), markdown
    assert "<img" not in shown.html


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 100_000,
        "<b><i>" * 30_000,
        "<p>x" * 60_000,
        "<table><tr><td>" * 400,
        "<ul><li>" * 3000,
    ],
)
def test_html_that_is_too_deep_or_too_much_is_refused(html):
    with pytest.raises(TooMuch):
        from_html(html)


@pytest.fixture
def writer(client):
    return member(client, factories.group())


def upload(client, name, data, **answers):
    token = fields(client.get(IMPORT))["csrf_token"]
    form = {"csrf_token": token, "file": (io.BytesIO(data), name), **answers}
    return client.post(IMPORT, data=form, content_type="multipart/form-data")


def test_a_file_becomes_a_draft_that_says_what_it_could_not_bring(writer):
    html = b"<h1>Ponds</h1><p>One <b>pond</b></p><img src=x>"
    answer = upload(writer, "ponds.html", html)
    assert answer.status_code == 303
    page = writer.get(answer.location)
    shown = fields(page)
    assert (shown["title"], shown["body"]) == ("Ponds", "One **pond**")
    assert "1 picture was left out" in page.text
    assert writer.post("/manage/articles/new", data=shown).status_code == 303
    assert db.session.scalars(select(ArticleDraft)).all() == []


def test_a_file_that_cannot_be_read_is_refused_and_the_paste_box_keeps_its_text(writer):
    answer = upload(writer, "a.pdf", b"%PDF", html="<p>typed")
    assert answer.status_code == 422
    assert "This cannot be read" in answer.text
    assert fields(answer)["html"] == "<p>typed"
    assert upload(writer, "", b"").status_code == 422
    large = upload(writer, "a.md", b"word " * 70_000)
    assert large.status_code == 422
    assert "more than an article can hold" in large.text


def test_the_paste_box_works_without_a_script_and_the_editor_with_one(writer):
    answer = upload(writer, "", b"", html="<p>One <i>pond</i>")
    assert fields(writer.get(answer.location))["body"] == "One *pond*"
    token = fields(writer.get(IMPORT))["csrf_token"]
    told = {"csrf_token": token, "html": "<h1>A</h1><p>b<script>x</script>"}
    assert writer.post("/manage/writing/paste", data=told).json == {
        "markdown": "# A\n\nb",
        "left_out": ["1 script was left out."],
    }


def test_an_arabic_text_is_taken_for_one(writer):
    data = "# عنوان\n\nنص عربي مع English.".encode()
    answer = upload(writer, "text.md", data)
    assert fields(writer.get(answer.location))["language"] == "ar"


def test_strangers_send_nothing_large(app):
    data = {"html": "x" * 1_200_000}
    answer = app.test_client().post("/manage/writing/paste", data=data)
    assert answer.status_code in (401, 413)
