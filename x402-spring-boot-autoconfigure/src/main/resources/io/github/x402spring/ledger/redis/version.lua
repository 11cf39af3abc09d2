-- Returns the version of the entries, and makes it the given one where it is older. Without a version it is 1.
-- KEYS: the version. ARGV: the version that this application writes.
local present = tonumber(redis.call('GET', KEYS[1]) or '1')
if present < tonumber(ARGV[1]) then
    redis.call('SET', KEYS[1], ARGV[1])
end
return present
