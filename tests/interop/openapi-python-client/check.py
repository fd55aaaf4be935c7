"""Uses the sandbox with the client that openapi-python-client generates."""

import os
from uuid import UUID

from linq_api import AuthenticatedClient
from linq_api.api.chats import list_chats, share_contact_card
from linq_api.api.contact_card import retrieve_contact_card, update_contact_card
from linq_api.models import (
    ChatListResponse,
    ContactCard,
    ContactCardRetrieveResponse,
    ContactCardUpdateRequest,
    ErrorResponse,
)

LINE = "+15551234567"
CHAT = UUID("550e8400-e29b-41d4-a716-446655440000")

client = AuthenticatedClient(os.environ["LINQ_API_V3_BASE_URL"], os.environ["LINQ_API_V3_API_KEY"])

cards = retrieve_contact_card.sync(client=client, phone_number=LINE)
assert isinstance(cards, ContactCardRetrieveResponse), cards
names: list[str] = [card.first_name for card in cards.contact_cards]
assert names == ["John"], cards

smith = update_contact_card.sync(
    client=client, phone_number=LINE, body=ContactCardUpdateRequest(last_name="Smith")
)
assert isinstance(smith, ContactCard) and smith.last_name == "Smith" and smith.is_active, smith

chats = list_chats.sync(client=client, limit=2)
assert isinstance(chats, ChatListResponse) and len(chats.chats) == 2 and chats.next_cursor, chats

assert share_contact_card.sync_detailed(client=client, chat_id=CHAT).status_code == 204
refused = share_contact_card.sync(client=client, chat_id=CHAT)
assert isinstance(refused, ErrorResponse) and refused.error.code == 1007, refused
