"""Sizes and files: made in the background, whole or not at all, and swept."""

import os
import threading
from datetime import timedelta
from pathlib import Path

import factories
import pytest
from desks import member
from hypothesis import given
from hypothesis import strategies as st
from pictures.hanging import JPEG, hang, upload
from pictures.hostile import photo, saved
from sqlalchemy import select

from campaign.background import jobs, run_job
from campaign.database import db, transaction
from campaign.lib import clock
from campaign.pictures import store
from campaign.pictures.models import Picture
from campaign.pictures.operations import make_next_size, sizing, sweep_store
from campaign.pictures.queries import pictures_due
from campaign.pictures.sizes import WIDTHS, crop_box, widths_for

HOUR = timedelta(hours=1, minutes=1)


@pytest.fixture
def organiser(client):
    return member(client, factories.group())


@given(st.integers(1, 10_000))
def test_widths_rise_to_the_pictures_own_and_no_further(width):
    widths = widths_for(width)
    assert widths == sorted(set(widths))
    assert widths[-1] == min(width, WIDTHS[-1])
    assert set(widths[:-1]) <= set(WIDTHS)


@given(
    *(st.tuples(st.integers(1, 4000), st.integers(1, 4000)) for _times in range(2)),
    st.tuples(st.integers(0, 100), st.integers(0, 100)),
)
def test_a_crop_lies_inside_and_shows_the_focal_point(size, wanted, focus):
    left, top, right, bottom = crop_box(size, wanted, focus)
    assert 0 <= left < right <= size[0]
    assert 0 <= top < bottom <= size[1]
    assert left - 1 <= size[0] * focus[0] / 100 <= right + 1
    assert top - 1 <= size[1] * focus[1] / 100 <= bottom + 1
    assert right - left == size[0] or bottom - top == size[1] or min(size) < 3


def test_an_upload_is_answered_with_one_size_and_the_work_makes_the_others(
    app, organiser
):
    upload(organiser, ("picture.jpg", saved(photo((1000, 400)), "JPEG")))
    picture = db.session.scalars(select(Picture)).one()
    assert picture.widths == [480]
    page = organiser.get(f"/manage/pictures/{picture.slug}").text
    assert "Larger sizes are being made" in page
    assert "800w" not in page
    job = next(job for job in jobs() if job.name == "make pictures’ sizes")
    for widths in ([480, 800], [480, 800, 1000]):
        run_job(app, job)
        db.session.rollback()  # what was seen before is looked at again
        assert picture.widths == widths
    assert picture.sizes_due_at is None
    assert (
        "All sizes are made" in organiser.get(f"/manage/pictures/{picture.slug}").text
    )


def test_of_two_workers_one_makes_a_size(app, organiser, monkeypatch):
    upload(organiser, ("picture.jpg", JPEG))
    number = db.session.scalars(select(Picture.id)).one()
    db.session.remove()
    now, made = clock.now(), []
    both = threading.Barrier(2, timeout=30)

    def work() -> None:
        with app.app_context():
            both.wait()
            made.append(make_next_size(number, now))
            db.session.remove()

    workers = [threading.Thread(target=work) for _worker in range(2)]
    for each in workers:
        each.start()
    for each in workers:
        each.join()
    assert sorted(made) == [False, True]


def test_what_a_killed_worker_left_half_made_is_made_again(app, organiser, monkeypatch):
    upload(organiser, ("picture.jpg", JPEG))
    picture = db.session.scalars(select(Picture)).one()
    keep, kept = store.keep, []

    def die(slug: str, file: str, data: bytes) -> None:
        if kept:
            raise SystemExit
        kept.append(file)
        keep(slug, file, data)

    monkeypatch.setattr(sizing.store, "keep", die)
    now = clock.now()
    with pytest.raises(SystemExit):
        make_next_size(picture.id, now)
    monkeypatch.undo()
    db.session.expire_all()
    assert picture.widths == [480]
    assert kept == [f"{picture.file_name}-900.avif"]
    assert pictures_due(now) == [], "nobody else takes it as long as it may be made"
    later = now + timedelta(minutes=2)
    assert pictures_due(later) == [picture.id]
    assert make_next_size(picture.id, later)
    db.session.expire_all()
    assert picture.widths == [480, 900]


def test_files_without_a_row_are_swept_when_they_are_old_and_no_others(app, organiser):
    picture = hang(organiser)
    store.keep("f" * 16, "a.jpg", b"orphan")
    store.keep(picture.slug, "0000-480.jpg", b"of a file that was replaced")
    before = files(app)
    sweep(timedelta())
    assert files(app) == before, "somebody may be writing a row for them just now"
    sweep(HOUR)
    assert len(before - files(app)) == 2
    assert not store.folder_of("f" * 16).exists()
    sweep(HOUR)
    assert len(files(app)) == 1 + 3 * len(picture.widths)


def test_a_backup_with_the_original_files_alone_becomes_whole_again(app, organiser):
    picture = hang(organiser)
    before = files(app)
    for path in store.folder_of(picture.slug).glob("*-*"):
        path.unlink()
    past = (clock.now() - HOUR * 2).timestamp()
    os.utime(store.folder_of(picture.slug), (past, past))
    sweep(timedelta())
    while due := pictures_due(clock.now() + HOUR):
        make_next_size(due[0], clock.now() + HOUR)
    assert files(app) == before


def sweep(later: timedelta) -> None:
    with transaction():
        sweep_store(clock.now() + later)


def files(app) -> set[Path]:
    return set((Path(app.config["INSTANCE_PATH"]) / "uploads").rglob("*.*"))
