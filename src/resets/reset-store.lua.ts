/**
 * The steps of `flow-steps.ts`, as one Redis script. KEYS: flow, events of the bucket, and the account where the caller knows it. ARGV:
 * step, its input as JSON, milliseconds to keep the account. Answers JSON. Elsewhere the key of the account is made from what the flow
 * says, under the same hash tag, so that it lies on the same node. The two are held together by `test/contracts/reset-store.test.ts`.
 */
export const RESET_STEPS = `
local name, step = ARGV[1], cjson.decode(ARGV[2])
local function load(key) local text = redis.call('GET', key); if text then return cjson.decode(text) end end
local flow = load(KEYS[1])
local accountKey = KEYS[3] or string.match(KEYS[1], '^{%w+}:') .. 'account:' .. (flow and flow.account or 'none')
local account = load(accountKey)
-- A flow never outlives its account's counters. Where they are missing all the same (evicted, or still on their way to another node of a
-- cluster), counting would begin anew: nothing is decided. A cluster's client asks again on this word.
if flow and not account and name ~= 'finish' then return redis.error_reply('TRYAGAIN the counters of this account are not here') end
account = account or { counters = {}, voidedAt = 0 }
local gone = false

local function emit(name, outcome, extra)
  local family = flow.purpose == 'unlock' and 'reset' or flow.purpose
  local event = { id = step.eventId, at = step.now, type = family .. '.' .. name, outcome = outcome, flowId = flow.id, supportCode = flow.supportCode,
    tenantId = flow.tenantId, userId = flow.userId, decoy = flow.decoy }
  for key, value in pairs(extra or {}) do event[key] = value end
  redis.call('XADD', KEYS[2], '*', 'event', cjson.encode(event))
end

local function about()
  local pending = flow.challenge
  if not pending then return {} end
  return { method = pending.method, methodId = not flow.decoy and pending.target and pending.target.id or nil }
end

local function take(counter, limits)
  local windows, counted = account.counters[counter] or {}, {}
  for index, limit in ipairs(limits) do
    local window = windows[index]
    if not window or window['until'] <= step.now then counted[index] = { count = 1, ['until'] = step.now + limit.windowMs }
    else counted[index] = { count = window.count + 1, ['until'] = window['until'] } end
  end
  account.counters[counter] = counted
  return counted
end

local function paused(counter)
  local latest = 0
  for index, window in ipairs(account.counters[counter] or {}) do
    local limit = step.wrongProofs[index] and step.wrongProofs[index].limit or 0
    if window['until'] > step.now and window.count >= limit then latest = math.max(latest, window['until']) end
  end
  return latest
end

local function present()
  return flow and flow.expiresAt > step.now and flow.openedAt > account.voidedAt
end

local function live()
  return present() and flow.tokenHash == step.tokenHash and not (flow.claim and flow.claim['until'] > step.now)
end

local function limited(name, method, reason, retryAt)
  flow.throttled = flow.throttled or {}
  local before = flow.throttled[reason] or 0
  flow.throttled[reason] = before + 1
  local rests = reason == 'too-many-wrong-proofs' and retryAt or nil
  if before == 0 then emit(name, 'blocked', { method = method, reason = reason, pausedUntil = rests }) end
  return { outcome = 'limited', retryAt = retryAt }
end

local function rejected()
  local rest, extra = paused(flow.sources .. ':wrong:' .. flow.challenge.kind), about()
  extra.reason = rest > 0 and 'too-many-wrong-proofs' or 'code-rejected'
  extra.pausedUntil = rest > 0 and rest or nil
  emit('proof', rest > 0 and 'blocked' or 'failure', extra)
  return { outcome = 'rejected' }
end

local function pass(target)
  local pending = flow.challenge
  flow.proofs[pending.kind] = { method = pending.method, methodId = target.id, revision = target.revision, at = step.now }
  account.counters[flow.sources .. ':wrong:' .. pending.kind] = nil
  emit('proof', 'success', { method = pending.method, methodId = target.id })
  flow.challenge = nil
  gone = flow.purpose == 'sign-in' or flow.purpose == 'proof'
  return { outcome = 'passed', flow = flow }
end

local steps = {}

function steps.open()
  local counted, over = step.flow.sources == 'familiar' or step.flow.sources == 'strange', false
  for index, window in ipairs(counted and take(step.flow.sources .. ':starts', step.starts) or {}) do
    if window.count > step.starts[index].limit then over = true end
  end
  if over and not step.workProved then return { outcome = 'work' } end
  flow = step.flow
  emit('start', 'success')
  return { outcome = 'open' }
end

function steps.challenge()
  if not live() then return { outcome = 'invalid' } end
  local methods = flow.methods[step.method]
  if not flow.offered[step.method] and not (next(flow.proofs) and methods) then return { outcome = 'not-offered' } end
  local rest = paused(flow.sources .. ':wrong:' .. step.kind)
  if rest > step.now then return limited('challenge', step.method, 'too-many-wrong-proofs', rest) end
  local resend = flow.resend[step.method]
  if step.sent and resend and resend.at > step.now then return { outcome = 'limited', retryAt = resend.at } end
  local codes = flow.codes + (step.sent and 1 or 0)
  if codes > step.codes or flow.challenges + 1 > step.challenges then
    return limited('challenge', step.method, 'too-many-codes', flow.expiresAt)
  end
  local turn, target = resend and resend.next or 0, nil
  if methods and step.methodId then
    for _, method in ipairs(methods) do if not target and method.id == step.methodId then target = method end end
  elseif methods and #methods > 0 then target = methods[turn % #methods + 1] end
  flow.replaced = { challenge = flow.challenge, resend = resend, replaced = flow.replaced }
  flow.codes = codes
  flow.challenges = flow.challenges + 1
  flow.challenge = { id = step.challengeId, method = step.method, kind = step.kind, target = target,
    expiresAt = math.min(step.now + step.codeTtlMs, flow.expiresAt), tries = 0 }
  flow.resend[step.method] = { at = step.now + step.resendMs, next = turn + 1 }
  emit('challenge', 'success', about())
  return { outcome = 'challenged', expiresAt = flow.challenge.expiresAt, resendAfter = step.sent and step.now + step.resendMs or nil }
end

function steps.retract()
  local place
  for _, each in ipairs({ flow or {}, flow and flow.replaced or {} }) do
    if not place and each.challenge and each.challenge.id == step.challengeId then place = each end
  end
  if not place then return {} end
  local method, tries, before = place.challenge.method, place.challenge.tries, place.replaced or {}
  place.challenge, place.replaced = before.challenge, before.replaced
  if place.challenge then place.challenge.tries = place.challenge.tries + tries end
  if place ~= flow and flow.challenge and flow.challenge.method == method then place.resend = before.resend
  else flow.resend[method] = before.resend end
  flow.codes = flow.codes - (step.sent and 1 or 0)
  flow.challenges = flow.challenges - 1
  for _, entry in ipairs(redis.call('XREVRANGE', KEYS[2], '+', '-', 'COUNT', 100)) do
    if cjson.decode(entry[2][2]).id == step.eventId then redis.call('XDEL', KEYS[2], entry[1]) end
  end
  return {}
end

function steps.report()
  local pending = flow and flow.challenge
  if pending and pending.id == step.challengeId then pending.notSent = step.notSent or nil end
  return {}
end

function steps.verify()
  if not live() then return { outcome = 'invalid' } end
  local pending = flow.challenge
  if not pending then return { outcome = 'rejected' } end
  local counter = flow.sources .. ':wrong:' .. pending.kind
  local rest = paused(counter)
  if rest > step.now then return limited('proof', pending.method, 'too-many-wrong-proofs', rest) end
  if pending.tries >= step.tries then
    local resend = flow.resend[pending.method]
    return limited('proof', pending.method, 'too-many-tries', resend and resend.at or step.now)
  end
  pending.tries = pending.tries + 1
  take(counter, step.wrongProofs)
  local current = pending.id == step.challengeId and pending.expiresAt > step.now
  if current and step.matches == 'later' then return { outcome = 'counted', flow = flow } end
  if current and step.matches == 'yes' and pending.target and not flow.decoy then return pass(pending.target) end
  return rejected()
end

function steps.prove()
  if not live() then return { outcome = 'invalid' } end
  local pending = flow.challenge
  if pending and pending.id ~= step.challengeId then pending = nil end
  if pending and pending.expiresAt > step.now and step.target and not flow.decoy then return pass(step.target) end
  if pending then return rejected() end
  emit('proof', 'failure', { reason = 'code-rejected' })
  return { outcome = 'rejected' }
end

function steps.read()
  if not live() then return { outcome = 'invalid' } end
  return { outcome = 'found', flow = flow }
end

function steps.peek()
  if not present() then return { outcome = 'invalid' } end
  return { outcome = 'found', flow = flow }
end

function steps.cancel()
  if not live() then return { outcome = 'invalid' } end
  emit('cancel', 'success')
  gone = true
  return { outcome = 'found', flow = flow }
end

function steps.claim()
  if not live() then return { outcome = 'invalid' } end
  flow.claim = { id = step.claimId, ['until'] = step.now + step.leaseMs }
  return { outcome = 'claimed', flow = flow }
end

function steps.release()
  if flow and flow.claim and flow.claim.id == step.claimId then flow.claim = nil end
  return {}
end

function steps.finish()
  gone = true
  account.voidedAt = math.max(account.voidedAt, step.now)
  return {}
end

function steps.lift()
  for counter in pairs(account.counters) do
    local kind = string.match(counter, ':wrong:(%a+)$')
    if kind and (not step.kind or step.kind == kind) then account.counters[counter] = nil end
  end
  return {}
end

local result = cjson.encode(steps[name]())
if name == 'read' or name == 'peek' then return result end
if gone then redis.call('DEL', KEYS[1])
elseif flow and name == 'open' then redis.call('SET', KEYS[1], cjson.encode(flow), 'PX', math.max(1, step.flow.expiresAt - step.now))
elseif flow then redis.call('SET', KEYS[1], cjson.encode(flow), 'XX', 'KEEPTTL') end
if flow or step.flow or step.account then redis.call('SET', accountKey, cjson.encode(account), 'PX', ARGV[3]) end
return result
`;

/** Takes back an `open`. KEYS: flow, account, events. ARGV: the event's id, the counter's name. The event is among the newest of its bucket, if it is still there. */
export const VOID_OPEN = `
redis.call('DEL', KEYS[1])
for _, entry in ipairs(redis.call('XREVRANGE', KEYS[3], '+', '-', 'COUNT', 100)) do
  if cjson.decode(entry[2][2]).id == ARGV[1] then redis.call('XDEL', KEYS[3], entry[1]) end
end
local text = redis.call('GET', KEYS[2])
if text then
  local account = cjson.decode(text)
  for _, window in ipairs(account.counters[ARGV[2]] or {}) do window.count = math.max(0, window.count - 1) end
  redis.call('SET', KEYS[2], cjson.encode(account), 'KEEPTTL')
end
`;
