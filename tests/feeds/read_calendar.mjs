// Reads calendars with ical.js, the parser of Thunderbird, and writes the events of
// each as a line of JSON, of a series each date: node read_calendar.mjs <path of ical.js>
// A calendar is a line with its length in bytes and then the calendar itself.
import { pathToFileURL } from "node:url";

const { default: ICAL } = await import(pathToFileURL(process.argv[2]).href);

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

function allOf(text) {
  const parsed = ICAL.parse(text);
  // One calendar is parsed to itself, several to a list of them.
  const calendars = typeof parsed[0] === "string" ? [parsed] : parsed;
  return calendars.flatMap((each) => [...events(new ICAL.Component(each))]);
}

function answer(text) {
  try {
    return { events: allOf(text) };
  } catch (error) {
    return { error: String(error) };
  }
}

let waiting = Buffer.alloc(0);
for await (const chunk of process.stdin) {
  waiting = Buffer.concat([waiting, chunk]);
  for (let end = waiting.indexOf("\n"); end >= 0; end = waiting.indexOf("\n")) {
    const after = end + 1 + Number(waiting.toString("utf8", 0, end));
    if (waiting.length < after) break;
    const text = waiting.toString("utf8", end + 1, after);
    waiting = waiting.subarray(after);
    process.stdout.write(`${JSON.stringify(answer(text))}\n`);
  }
}
