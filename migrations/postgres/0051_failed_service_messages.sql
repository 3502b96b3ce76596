-- Service messages are counted whether or not they got through, and those that did not are taken off when somebody asks:
-- many fail long after they were counted. What was counted before had left out those that had failed by then.

-- What is there already is everybody's.
SET LOCAL switchboard.tenant = '*';
UPDATE usage_slot SET service = service + (
  SELECT count(*) FROM message AS m
  WHERE m.tenant_id = usage_slot.tenant_id AND m.number_id = usage_slot.number_id AND m.status = 'failed'
    AND m.direction = 'outbound' AND m.author IN ('ai', 'operator', 'api', 'system')
    AND m.type NOT IN ('template', 'reaction', 'edit', 'revoke', 'system')
    AND m.created_at >= usage_slot.slot * 900000 AND m.created_at < (usage_slot.slot + 1) * 900000);
