-- Moves a payment on, if the reservation is valid. What is settled is settled, also where others took it for abandoned,
-- unless it was resumed or concluded since; whoever settled it is about to deliver.
-- KEYS: the payment, those in flight, those whose settlement is unknown, those of the same payer, those that
-- ended.
-- ARGV: token, state, transaction or the empty string to leave it as it is, how long a response counts as in flight in
-- milliseconds, digest of the response or the empty string.
local present = redis.call('HMGET', KEYS[1], 'token', 'state')
local open = present[2] == 'RESERVED' or present[2] == 'SETTLING' or (present[2] == 'UNKNOWN' and ARGV[2] == 'SETTLED')
if present[1] ~= ARGV[1] or not open then
    return 0
end
redis.call('HSET', KEYS[1], 'state', ARGV[2])
if ARGV[3] ~= '' then
    redis.call('HSET', KEYS[1], 'transaction', ARGV[3])
end
redis.call('ZREM', KEYS[2], KEYS[1])
redis.call('ZREM', KEYS[3], KEYS[1])
redis.call('SREM', KEYS[4], KEYS[1])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local seconds = string.format('%.3f', now / 1000)
if ARGV[2] == 'SETTLED' then
    redis.call('HSET', KEYS[1], 'settled', seconds, 'runs', '1', 'delivery_until', string.format('%.0f', now + ARGV[4]))
    if ARGV[5] ~= '' then
        redis.call('HSET', KEYS[1], 'response_digest', ARGV[5])
    end
elseif ARGV[2] == 'UNKNOWN' then
    redis.call('ZADD', KEYS[3], seconds, KEYS[1])
    redis.call('SADD', KEYS[4], KEYS[1])
    local ttl = math.max(redis.call('PTTL', KEYS[4]), redis.call('PTTL', KEYS[1]))
    if ttl > 0 then
        redis.call('PEXPIRE', KEYS[4], ttl)
    end
elseif ARGV[2] == 'USED_ELSEWHERE' then
    redis.call('ZADD', KEYS[5], seconds, KEYS[1])
    redis.call('ZREMRANGEBYRANK', KEYS[5], 0, -10001)
else
    redis.call('ZADD', KEYS[2], seconds, KEYS[1])
end
return 1
