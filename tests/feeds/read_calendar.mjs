// Reads calendars from stdin with ical.js, the parser of Thunderbird, and writes
// their events as JSON: node read_calendar.mjs <path of ical.js' module>
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const { default: ICAL } = await import(pathToFileURL(process.argv[2]).href);
const parsed = ICAL.parse(readFileSync(0, "utf8"));
// One calendar is parsed to itself, several to a list of them.
const calendars = (typeof parsed[0] === "string" ? [parsed] : parsed).map(
  (each) => new ICAL.Component(each),
);

function instant(time) {
  return time.isDate ? time.toString() : new Date(time.toUnixTime() * 1000).toISOString();
}

function read(component) {
  const event = new ICAL.Event(component);
  return {
    uid: event.uid,
    summary: event.summary,
    description: event.description,
    location: event.location,
    start: instant(event.startDate),
    end: instant(event.endDate),
  };
}

const events = calendars.flatMap((each) => each.getAllSubcomponents("vevent").map(read));
process.stdout.write(JSON.stringify(events));
