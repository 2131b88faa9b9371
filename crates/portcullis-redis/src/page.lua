-- Some of the revocations: every one that stays meanwhile is in one of the pages.
--
-- KEYS: the revocations. ARGV: where to go on, about how many to look at, and the longest text that is handed out.
-- Answers: where to go on, how many were longer, and the texts.
local found = redis.call('ZSCAN', KEYS[1], ARGV[1], 'COUNT', ARGV[2])
local longest, longer, texts = tonumber(ARGV[3]), 0, {}
for i = 1, #found[2], 2 do
  if #found[2][i] <= longest then
    texts[#texts + 1] = found[2][i]
  else
    longer = longer + 1
  end
end
return { found[1], longer, texts }
