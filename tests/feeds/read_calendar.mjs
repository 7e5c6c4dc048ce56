// Reads calendars from stdin with ical.js, the parser of Thunderbird, and writes
// their events as JSON, of a series each date: node read_calendar.mjs <path of ical.js>
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

function read(event, start = event.startDate, end = event.endDate) {
  return {
    uid: event.uid,
    summary: event.summary,
    description: event.description,
    location: event.location,
    start: instant(start),
    end: instant(end),
  };
}

function* dates(component, others) {
  const uid = component.getFirstPropertyValue("uid");
  const exceptions = others.filter((each) => each.getFirstPropertyValue("uid") === uid);
  const event = new ICAL.Event(component, { exceptions });
  if (!event.isRecurring()) {
    yield read(event);
    return;
  }
  const iterator = event.iterator();
  for (let next = iterator.next(); next; next = iterator.next()) {
    const { item, startDate, endDate } = event.getOccurrenceDetails(next);
    yield read(item, startDate, endDate);
  }
}

function* events(calendar) {
  const components = calendar.getAllSubcomponents("vevent");
  const isException = (each) => each.hasProperty("recurrence-id");
  const exceptions = components.filter(isException);
  for (const each of components) {
    if (!isException(each)) yield* dates(each, exceptions);
  }
}

process.stdout.write(JSON.stringify(calendars.flatMap((each) => [...events(each)])));
