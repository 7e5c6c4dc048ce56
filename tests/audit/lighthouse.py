"""Lighthouse on a phone: `make audit AUDIT=lighthouse`. It takes some minutes.

Performance depends on the machine and on what else it does, so this is run by hand; it
says what each page reached, and ends with 1 where one is under 100.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from audit.lives import fill_with_life
from browser.site import Site

PROGRAM = Path(__file__).parents[2] / "node_modules/lighthouse/cli/index.js"
PAGES = {
    "home": "/",
    "action day": "/action-days/day-of-action-for-syria",
    "finder": "/events",
    "event": "/events/wellington-talk",
    "article": "/articles/how-to-hold-a-safe-vigil",
    "confirmation": "/events/wellington-talk/check-your-mail",
    "own page": "/sign-ups/{going}",
}
#: So often a page is loaded until its performance is 100.
MOST_LOADS = 3
#: The page of one person is kept out of search engines, which Lighthouse calls a fault.
HIDDEN = {"own page": {"is-crawlable"}}


def main() -> None:
    """Measure every page, and say what is under 100."""
    chromium, node = shutil.which("chromium"), shutil.which("node")
    if not (chromium and node and PROGRAM.is_file()):
        sys.exit("Not measured: Chromium, node or lighthouse is missing.")
    with (
        tempfile.TemporaryDirectory() as folder,
        Site(Path(folder)).running() as site,
    ):
        words = fill_with_life(site)
        results = {
            name: measure(node, chromium, site.url + path.format(**words))
            for name, path in PAGES.items()
        }
    reached = [tell(name, report) for name, report in results.items()]
    sys.exit(0 if all(reached) else 1)


def measure(node: str, chromium: str, address: str) -> dict:
    """Return Lighthouse's report of a page, loaded as by a phone far away.

    What else the machine does only ever takes away, and now and then so much that the
    browser does not answer: so the best of up to three loads counts.
    """
    found: list[dict] = []
    trouble = ""
    for _load in range(MOST_LOADS):
        done = subprocess.run(
            [node, PROGRAM, address, "--output=json", "--quiet",
             # A picture for the report, which a slow machine does not finish in time.
             "--disable-full-page-screenshot",
             "--chrome-flags=--headless=new --no-sandbox --disable-gpu"],
            env={**os.environ, "CHROME_PATH": chromium},
            capture_output=True,
            check=False,
            timeout=300,
        )  # fmt: skip
        if done.returncode:
            trouble = done.stderr.decode()
            continue
        found.append(json.loads(done.stdout))
        if performance(found[-1]) == 1:
            break
    if not found:
        sys.exit(f"Not measured: {address}\n{trouble}")
    return {**max(found, key=performance), "loads": len(found)}


def performance(report: dict) -> float:
    return report["categories"]["performance"]["score"] or 0


def tell(name: str, report: dict) -> bool:
    """Print what a page reached, and what it lacks; return whether that is all."""
    audits = report["audits"]
    weighed = {
        each["id"]
        for category in report["categories"].values()
        for each in category["auditRefs"]
        if each["weight"]
    }
    # Of what does not apply to a page there is no score.
    lacking = {key for key in weighed if (audits[key]["score"] or 0) < 1}
    lacking -= {key for key in weighed if audits[key]["score"] is None}
    lacking -= HIDDEN.get(name, set())
    scores = {
        category["title"]: round(100 * (category["score"] or 0))
        for category in report["categories"].values()
    }
    loads = f"the best of {report['loads']}" if report["loads"] > 1 else "at once"
    print(
        f"{name}, {loads}: {scores}", *(f"  {key}" for key in sorted(lacking)), sep="\n"
    )
    seo = {each["id"] for each in report["categories"]["seo"]["auditRefs"]}
    excused = {"SEO"} if name in HIDDEN and not lacking & seo else set()
    return all(score == 100 for key, score in scores.items() if key not in excused)


if __name__ == "__main__":
    main()
