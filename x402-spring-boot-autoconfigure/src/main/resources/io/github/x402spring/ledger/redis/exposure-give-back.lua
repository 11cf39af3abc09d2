-- Gives back what was taken.
-- KEYS: the counters. ARGV: token, 1 if the leases have ended, then for each counter: slot, amount.
for i, key in ipairs(KEYS) do
    local slot, amount = ARGV[1 + i * 2], ARGV[2 + i * 2]
    local mine = ARGV[2] == '1' or redis.call('HDEL', key, 'l' .. ARGV[1]) == 1
    if mine and redis.call('HEXISTS', key, 'a' .. slot) == 1 then
        redis.call('HINCRBY', key, 'a' .. slot, string.format('%.0f', 0 - amount))
        redis.call('HINCRBY', key, 'c' .. slot, -1)
    end
end
return 1
