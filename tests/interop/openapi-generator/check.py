"""Uses the sandbox with the client that openapi-generator makes for Python."""

import os
from uuid import UUID

from openapi_client import (
    ApiClient,
    ApiException,
    ChatsApi,
    Configuration,
    ContactCardApi,
    ContactCardUpdateRequest,
)

LINE = "+15551234567"
CHAT = UUID("1c9d3e7f-7b2e-4e1c-8f40-3c8d2b5e6f72")

client = ApiClient(
    Configuration(
        host=os.environ["LINQ_API_V3_BASE_URL"], access_token=os.environ["LINQ_API_V3_API_KEY"]
    )
)
cards = ContactCardApi(client)
names: list[str] = [card.first_name for card in cards.retrieve_contact_card(LINE).contact_cards]
assert names == ["John"], names

jones = cards.update_contact_card(LINE, ContactCardUpdateRequest(last_name="Jones"))
assert jones.last_name == "Jones" and jones.is_active, jones

chats = ChatsApi(client)
page = chats.list_chats(limit=2)
assert len(page.chats) == 2 and page.next_cursor, page

chats.share_contact_card(CHAT)
try:
    chats.share_contact_card(CHAT)
except ApiException as error:
    assert error.status == 429, error
else:
    raise AssertionError("a second share was accepted")
