-- Every request is a sign-up of somebody new. Answers are counted by their status.
local thread_count = 0

function setup(thread)
  thread_count = thread_count + 1
  thread:set("number", thread_count)
  thread:set("salt", os.getenv("BENCH_SALT"))
  table.insert(threads, thread)
end

threads = {}

function init(args)
  taken, full, other, sent = 0, 0, 0, 0
end

function request()
  sent = sent + 1
  local email = string.format("p%s-%d-%d%%40example.org", salt, number, sent)
  local body = "name=Somebody&party_size=1&email=" .. email
  return wrk.format("POST", nil, {
    ["Content-Type"] = "application/x-www-form-urlencoded" }, body)
end

function response(status)
  if status == 303 then taken = taken + 1
  elseif status == 409 then full = full + 1
  else other = other + 1 end
end

function done(summary, latency, requests)
  local all = { taken = 0, full = 0, other = 0 }
  for _, thread in ipairs(threads) do
    for name in pairs(all) do all[name] = all[name] + thread:get(name) end
  end
  local errors = summary.errors
  io.stderr:write(string.format(
    '{"taken":%d,"full":%d,"other":%d,"lost":%d,"microseconds":%d,"p50":%d,"p99":%d}\n',
    all.taken, all.full, all.other,
    errors.connect + errors.read + errors.write + errors.timeout,
    summary.duration, latency:percentile(50), latency:percentile(99)))
end
