// Times that the server tells in UTC, told by the reader's own clock and in their
// language. Without this script they say "(UTC)" themselves.
const words = new Intl.DateTimeFormat(document.documentElement.lang, {
  dateStyle: "medium",
  timeStyle: "short",
});
for (const time of document.querySelectorAll("time[data-local]")) {
  time.textContent = words.format(new Date(time.dateTime));
}
