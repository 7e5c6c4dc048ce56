"""Style sheets, scripts and drawings as whole texts, so that they can be compressed.

Flask sends a file as a stream. Flask-Compress would compress such a stream, but it
never closes the file; what it gets whole it compresses like a page, in gzip too.
"""

from http import HTTPStatus

from flask import Flask, Response, current_app


def init_app(app: Flask) -> None:
    """Come before Flask-Compress, which has to be set up already."""
    app.after_request(read_whole)


def read_whole(response: Response) -> Response:
    """Read a file that is a text into the answer; the answer closes it."""
    is_text = response.mimetype in current_app.config["COMPRESS_MIMETYPES"]
    if is_text and response.is_streamed and response.status_code == HTTPStatus.OK:
        response.direct_passthrough = False
        response.make_sequence()
    return response
