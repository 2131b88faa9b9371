-- Adds revocations that are not there yet, tells everybody of each, and drops what has ended.
--
-- KEYS: the revocations, a sorted set of JSON texts by when they end, in milliseconds since 1970;
--       the state, a hash of `generation`, which is another one after Redis lost its data, and `version`, which
--       counts what was added in it.
-- ARGV: the channel, a generation in case there is none, the most that may be held, for how many milliseconds an entry is
--       kept after its end, and then the end and the text of each.
local entries, state, channel = KEYS[1], KEYS[2], ARGV[1]
local most, kept = tonumber(ARGV[3]), tonumber(ARGV[4])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', entries, '-inf', string.format('(%.0f', now - kept))
redis.call('HSETNX', state, 'generation', ARGV[2])
local generation = redis.call('HGET', state, 'generation')
local held = redis.call('ZCARD', entries)
for i = 5, #ARGV, 2 do
  if not redis.call('ZSCORE', entries, ARGV[i + 1]) then
    if held >= most then
      return redis.error_reply('FULL the set of revocations has its largest size')
    end
    redis.call('ZADD', entries, ARGV[i], ARGV[i + 1])
    held = held + 1
    local version = redis.call('HINCRBY', state, 'version', 1)
    redis.call('PUBLISH', channel, generation .. ' ' .. version .. ' ' .. ARGV[i + 1])
  end
end
-- All of it goes with the entry that ends last, also when nobody adds anything any more.
local last = redis.call('ZREVRANGEBYSCORE', entries, '253402300799999', '-inf', 'WITHSCORES', 'LIMIT', 0, 1)
if last[2] then
  local gone = string.format('%.0f', tonumber(last[2]) + kept)
  redis.call('PEXPIREAT', entries, gone)
  redis.call('PEXPIREAT', state, gone)
end
return 'OK'
