// Uses the sandbox with the client that openapi-generator makes for TypeScript.

import { strict as assert } from 'node:assert';

import {
  ChatsApi,
  Configuration,
  ContactCardApi,
  ResponseError,
} from '../../../target/interop/openapi-generator/typescript-fetch';

const phoneNumber = '+15551234567';
const chatId = '550e8400-e29b-41d4-a716-446655440000';

async function main() {
  const configuration = new Configuration({
    basePath: process.env.LINQ_API_V3_BASE_URL,
    accessToken: process.env.LINQ_API_V3_API_KEY,
  });
  const cards = new ContactCardApi(configuration);
  const { contactCards } = await cards.retrieveContactCard({ phoneNumber });
  const names: string[] = contactCards.map((card) => card.firstName);
  assert.deepEqual(names, ['John']);

  const contactCardUpdateRequest = { lastName: 'Smith' };
  const smith = await cards.updateContactCard({ phoneNumber, contactCardUpdateRequest });
  assert.deepEqual([smith.lastName, smith.isActive], ['Smith', true]);

  const chats = new ChatsApi(configuration);
  const page = await chats.listChats({ limit: 2 });
  assert.equal(page.chats.length, 2);
  assert.ok(page.nextCursor);

  await chats.shareContactCard({ chatId });
  await assert.rejects(
    chats.shareContactCard({ chatId }),
    (error) => error instanceof ResponseError && error.response.status === 429,
  );
}

void main();
