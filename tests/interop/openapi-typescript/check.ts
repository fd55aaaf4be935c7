// Compiles if the contract takes what Linq's SDK for TypeScript sends, and describes what the SDK expects.

import type { Chats, ContactCard, PhoneNumbers, WebhookSubscriptions } from '@linqapp/sdk/resources';
import type { components, operations } from 'contract';

type Schemas = components['schemas'];
type Query<Operation extends keyof operations> = NonNullable<operations[Operation]['parameters']['query']>;

/** Is an error unless each `From` can be used as a `To`. */
type Fits<From extends To, To> = From;

export type Requests = [
  Fits<ContactCard.ContactCardRetrieveParams, Query<'retrieveContactCard'>>,
  Fits<ContactCard.ContactCardCreateParams, Schemas['ContactCardCreateRequest']>,
  Fits<ContactCard.ContactCardUpdateParams, Schemas['ContactCardUpdateRequest']>,
  Fits<ContactCard.ContactCardUpdateParams, Query<'updateContactCard'>>,
  Fits<Chats.ChatListChatsParams, Query<'listChats'>>,
  Fits<PhoneNumbers.PhoneNumberUpdateParams, Schemas['LineUpdateRequest']>,
  Fits<WebhookSubscriptions.WebhookSubscriptionCreateParams, Schemas['WebhookSubscriptionCreateRequest']>,
  Fits<WebhookSubscriptions.WebhookSubscriptionUpdateParams, Schemas['WebhookSubscriptionUpdateRequest']>,
];

/** The names of what the SDK sends: a type can also be used in place of one that lacks some of them. */
export type Names = [
  Fits<keyof ContactCard.ContactCardRetrieveParams, keyof Query<'retrieveContactCard'>>,
  Fits<keyof ContactCard.ContactCardCreateParams, keyof Schemas['ContactCardCreateRequest']>,
  Fits<
    keyof ContactCard.ContactCardUpdateParams,
    keyof Schemas['ContactCardUpdateRequest'] | keyof Query<'updateContactCard'>
  >,
  Fits<keyof Chats.ChatListChatsParams, keyof Query<'listChats'>>,
  Fits<keyof PhoneNumbers.PhoneNumberUpdateParams, keyof Schemas['LineUpdateRequest']>,
  Fits<
    keyof WebhookSubscriptions.WebhookSubscriptionCreateParams,
    keyof Schemas['WebhookSubscriptionCreateRequest']
  >,
  Fits<
    keyof WebhookSubscriptions.WebhookSubscriptionUpdateParams,
    keyof Schemas['WebhookSubscriptionUpdateRequest']
  >,
];

export type Responses = [
  Fits<ContactCard.ContactCardRetrieveResponse, Schemas['ContactCardRetrieveResponse']>,
  Fits<ContactCard.SetContactCard, Schemas['ContactCard']>,
  Fits<Chats.Chat, Schemas['Chat']>,
  Fits<PhoneNumbers.PhoneNumberListResponse, Schemas['LineListResponse']>,
  Fits<PhoneNumbers.PhoneNumberUpdateResponse, Schemas['Line']>,
  Fits<WebhookSubscriptions.WebhookSubscription, Schemas['WebhookSubscription']>,
  Fits<WebhookSubscriptions.WebhookSubscriptionCreateResponse, Schemas['WebhookSubscriptionCreateResponse']>,
  Fits<WebhookSubscriptions.WebhookSubscriptionListResponse, Schemas['WebhookSubscriptionListResponse']>,
];

/** What the SDK says is always there. */
export type Required = [
  Fits<Schemas['ContactCard'], Pick<ContactCard.SetContactCard, 'phone_number' | 'first_name' | 'is_active'>>,
  Fits<Schemas['Line'], Pick<PhoneNumbers.PhoneNumberUpdateResponse, 'id' | 'phone_number'>>,
  Fits<
    Schemas['WebhookSubscriptionCreateResponse'],
    Pick<
      WebhookSubscriptions.WebhookSubscriptionCreateResponse,
      'id' | 'target_url' | 'is_active' | 'signing_secret'
    >
  >,
];
