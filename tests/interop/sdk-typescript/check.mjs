// Calls every operation of the contract through Linq's SDK, and compares the values.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';

import LinqAPIV3, {
  APIError,
  AuthenticationError,
  BadRequestError,
  ConflictError,
  NotFoundError,
  RateLimitError,
} from '@linqapp/sdk';

const [FIRST, SECOND, THIRD] = ['+15551234567', '+15557654321', '+15550000001'];
const CHAT = '550e8400-e29b-41d4-a716-446655440000';

// Without retries: a refusal is what some calls are for.
const client = new LinqAPIV3({ maxRetries: 0 });
await cards();
await shares();
await chats();
await lines();
await refusals();
await webhooks();

async function cards() {
  const { contact_cards: every } = await client.contactCard.retrieve();
  assert.deepEqual(
    every.map((card) => [card.phone_number, card.first_name, card.is_active]),
    [[FIRST, 'John', true], [SECOND, 'Zoe', false]],
  );
  const { contact_cards: one } = await client.contactCard.retrieve({ phone_number: FIRST });
  assert.deepEqual(one.map((card) => [card.first_name, card.last_name]), [['John', 'Doe']]);

  const smith = await client.contactCard.update({ phone_number: FIRST, last_name: 'Smith' });
  assert.deepEqual(
    [smith.phone_number, smith.first_name, smith.last_name, smith.is_active],
    [FIRST, 'John', 'Smith', true],
  );
  const { contact_cards: [now] } = await client.contactCard.retrieve({ phone_number: FIRST });
  assert.equal(now.last_name, 'Smith');

  const ann = await client.contactCard.create({
    phone_number: THIRD,
    first_name: 'Ann',
    image_url: 'https://example.com/ann.jpg',
  });
  assert.deepEqual([ann.phone_number, ann.first_name, ann.is_active], [THIRD, 'Ann', true]);
  assert.match(ann.image_url ?? '', /^https:/);
}

async function shares() {
  await client.chats.shareContactCard(CHAT);
  const error = await refused(client.chats.shareContactCard(CHAT), RateLimitError, 1007);
  const wait = Number(error.headers?.get('retry-after'));
  assert.ok(wait > 0 && wait <= 300, String(wait));
}

async function chats() {
  const page = await client.chats.listChats({ limit: 2 });
  assert.equal(page.chats.length, 2);
  assert.ok(page.hasNextPage());
  const ids = new Set();
  for await (const chat of page) {
    assert.ok(!ids.has(chat.id), chat.id);
    ids.add(chat.id);
  }
  assert.equal(ids.size, 5);
  assert.ok(ids.has(CHAT));

  const ofFirst = await client.chats.listChats({ from: FIRST });
  assert.equal(ofFirst.chats.length, 3);

  const chat = await client.chats.retrieve(CHAT);
  assert.deepEqual([chat.id, chat.is_group, chat.service], [CHAT, false, 'iMessage']);
  assert.deepEqual(
    Object.fromEntries(chat.handles.map(({ handle, is_me }) => [handle, is_me])),
    { [FIRST]: true, '+15558675301': false },
  );
}

async function lines() {
  const { phone_numbers: listed } = await client.phoneNumbers.list();
  assert.deepEqual(listed.map((line) => line.phone_number), [FIRST, SECOND, THIRD]);
  assert.deepEqual(listed.map((line) => line.reputation.status), ['HEALTHY', 'AT_RISK', 'HEALTHY']);

  const { id } = listed[0];
  const set = await client.phoneNumbers.update(id, { forwarding_number: SECOND });
  assert.deepEqual({ ...set }, { id, phone_number: FIRST, forwarding_number: SECOND });
  const cleared = await client.phoneNumbers.update(id, { forwarding_number: null });
  assert.equal(cleared.forwarding_number, null);
}

async function refusals() {
  const card = { first_name: 'John' };
  const unknown = '00000000-0000-4000-8000-000000000000';
  await refused(client.contactCard.create({ ...card, phone_number: FIRST }), ConflictError, 2014);
  await refused(client.contactCard.create({ ...card, phone_number: '1' }), BadRequestError, 1002);
  await refused(client.contactCard.update({ ...card, phone_number: SECOND }), NotFoundError, 2012);
  await refused(client.chats.retrieve(unknown), NotFoundError, 2001);
  await refused(client.webhookSubscriptions.retrieve('none'), NotFoundError, 2010);
  const stranger = client.withOptions({ apiKey: 'wrong' });
  await refused(stranger.contactCard.retrieve(), AuthenticationError, 2004);
}

async function webhooks() {
  const { events: types } = await client.webhookEvents.list();
  assert.ok(types.includes('phone_number.status_updated'));

  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  assert.ok(address && typeof address === 'object');
  const target_url = `http://127.0.0.1:${address.port}/webhooks?version=2026-02-03`;
  const created = await client.webhookSubscriptions.create({
    target_url,
    subscribed_events: ['phone_number.status_updated'],
    phone_numbers: [FIRST],
  });
  assert.deepEqual(
    [created.target_url, created.subscribed_events, created.phone_numbers, created.is_active],
    [target_url, ['phone_number.status_updated'], [FIRST], true],
  );
  const { id, signing_secret: key } = created;

  // The SDK's types don't have the events of contact cards yet.
  const subscribed_events = /** @type {any} */ ([
    'phone_number.status_updated',
    'contact_card.updated',
  ]);
  const updated = await client.webhookSubscriptions.update(id, {
    subscribed_events,
    phone_numbers: null,
  });
  assert.deepEqual(updated.subscribed_events, subscribed_events);
  assert.deepEqual(await client.webhookSubscriptions.retrieve(id), updated);
  assert.deepEqual((await client.webhookSubscriptions.list()).subscriptions, [updated]);

  const change = delivery(server);
  await client.contactCard.update({ phone_number: FIRST, first_name: 'Jane' });
  const { body, headers } = await change;
  const changed = /** @type {any} */ (client.webhooks.unwrap(body, { headers, key }));
  assert.deepEqual(
    [changed.event_type, changed.event_id],
    ['contact_card.updated', headers['webhook-id']],
  );
  assert.deepEqual(changed.data.change, { first_name: { from: 'John', to: 'Jane' } });

  const status = delivery(server);
  await send({ event_type: 'phone_number.status_updated' });
  const told = await status;
  const event = client.webhooks.unwrap(told.body, { headers: told.headers, key });
  assert.ok(event.event_type === 'phone_number.status_updated' && 'new_status' in event.data);
  assert.equal(event.data.phone_number, FIRST);
  const forged = told.body.replace('status', 'statue');
  assert.throws(
    () => client.webhooks.unwrap(forged, { headers: told.headers, key }),
    { name: 'WebhookVerificationError' },
  );
  server.close();

  await client.webhookSubscriptions.delete(id);
  assert.deepEqual((await client.webhookSubscriptions.list()).subscriptions, []);
}

/**
 * The error of a call that must be refused.
 * @template {APIError} E
 * @param {PromiseLike<unknown>} call
 * @param {new (...values: any) => E} kind
 * @param {number} code
 */
async function refused(call, kind, code) {
  const error = await Promise.resolve(call).then(
    () => assert.fail(`expected code ${code}`),
    (error) => error,
  );
  assert.ok(error instanceof kind, error);
  const { error: found, ...rest } = /** @type {any} */ (error.error);
  assert.deepEqual([found.status, found.code], [error.status, code]);
  assert.deepEqual(rest, { success: false, trace_id: error.headers?.get('x-trace-id') });
  return error;
}

/**
 * The next webhook that a server receives.
 * @param {import('node:http').Server} server
 */
async function delivery(server) {
  const [request, response] = await once(server, 'request', { signal: AbortSignal.timeout(30_000) });
  const chunks = await request.toArray();
  response.writeHead(204).end();
  return {
    body: Buffer.concat(chunks).toString(),
    headers: /** @type {Record<string, string>} */ (request.headers),
  };
}

/**
 * Has the sandbox send an event.
 * @param {{ event_type: string }} event
 */
async function send(event) {
  const response = await fetch(`${process.env.SANDBOX}/webhooks`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(event),
  });
  assert.ok(response.ok, await response.text());
}
