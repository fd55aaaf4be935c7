"""Calls every operation of the contract through Linq's SDK, which also checks that responses have the types that it expects."""

import json
import os
import queue
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import linq
from linq import LinqAPIV3
from linq.types import ContactCardReceivedWebhookEvent, ContactCardUpdatedWebhookEvent

FIRST, SECOND, THIRD = "+15551234567", "+15557654321", "+15550000001"
CHAT = "550e8400-e29b-41d4-a716-446655440000"

Delivery = tuple[str, dict[str, str]]


def main() -> None:
    # Without retries: a refusal is what some calls are for.
    client = LinqAPIV3(max_retries=0, _strict_response_validation=True)
    cards(client)
    shares(client)
    chats(client)
    lines(client)
    refusals(client)
    webhooks(client)


def cards(client: LinqAPIV3) -> None:
    every = client.contact_card.retrieve().contact_cards
    states = {card.phone_number: (card.first_name, card.is_active) for card in every}
    assert states == {FIRST: ("John", True), SECOND: ("Zoe", False)}, states

    [john] = client.contact_card.retrieve(phone_number=FIRST).contact_cards
    assert (john.first_name, john.last_name) == ("John", "Doe"), john

    smith = client.contact_card.update(phone_number=FIRST, last_name="Smith")
    assert (smith.first_name, smith.last_name, smith.is_active) == ("John", "Smith", True), smith
    assert client.contact_card.retrieve(phone_number=FIRST).contact_cards[0].last_name == "Smith"

    ann = client.contact_card.create(
        phone_number=THIRD, first_name="Ann", image_url="https://example.com/ann.jpg"
    )
    assert (ann.phone_number, ann.first_name, ann.last_name) == (THIRD, "Ann", None), ann
    assert ann.is_active and ann.image_url and ann.image_url.startswith("https://"), ann


def shares(client: LinqAPIV3) -> None:
    client.chats.share_contact_card(CHAT)
    try:
        client.chats.share_contact_card(CHAT)
        raise AssertionError("a second share was accepted")
    except linq.RateLimitError as error:
        assert_error(error, 429, 1007)
        assert 0 < int(error.response.headers["retry-after"]) <= 300


def chats(client: LinqAPIV3) -> None:
    pages = client.chats.list_chats(limit=2)
    assert len(pages.chats) == 2 and pages.next_cursor, pages
    ids = [chat.id for chat in pages]
    assert len(set(ids)) == len(ids) == 5 and CHAT in ids, ids

    of_first = {chat.id for chat in client.chats.list_chats(from_=FIRST)}
    assert CHAT in of_first and len(of_first) == 3, of_first

    chat = client.chats.retrieve(CHAT)
    assert (chat.id, chat.is_group, chat.service) == (CHAT, False, "iMessage"), chat
    handles = {handle.handle: handle.is_me for handle in chat.handles}
    assert handles == {FIRST: True, "+15558675301": False}, handles


def lines(client: LinqAPIV3) -> None:
    listed = {line.phone_number: line for line in client.phone_numbers.list().phone_numbers}
    assert list(listed) == [FIRST, SECOND, THIRD], listed
    assert listed[SECOND].reputation.status == "AT_RISK", listed[SECOND]
    line = listed[FIRST]
    assert line.line_type == "iMessage", line

    changed = client.phone_numbers.update(line.id, forwarding_number=SECOND)
    assert (changed.id, changed.phone_number) == (line.id, FIRST), changed
    assert changed.forwarding_number == SECOND, changed
    assert client.phone_numbers.update(line.id, forwarding_number=None).forwarding_number is None


def refusals(client: LinqAPIV3) -> None:
    cases: list[tuple[Any, int, int]] = [
        (lambda: client.contact_card.create(phone_number=FIRST, first_name="John"), 409, 2014),
        (lambda: client.contact_card.create(phone_number="1", first_name="John"), 400, 1002),
        (lambda: client.contact_card.update(phone_number=SECOND, first_name="Zoe"), 404, 2012),
        (lambda: client.chats.retrieve("00000000-0000-4000-8000-000000000000"), 404, 2001),
        (lambda: client.webhook_subscriptions.retrieve("none"), 404, 2010),
        (lambda: client.with_options(api_key="wrong").contact_card.retrieve(), 401, 2004),
    ]
    for call, status, code in cases:
        try:
            call()
        except linq.APIStatusError as error:
            assert_error(error, status, code)
        else:
            raise AssertionError(f"expected {status} with code {code}")


def assert_error(error: linq.APIStatusError, status: int, code: int) -> None:
    body = error.response.json()
    found = body["error"]
    assert (error.status_code, found["status"], found["code"]) == (status, status, code), body
    assert body["success"] is False and found["message"], body
    assert body["trace_id"] == error.response.headers["x-trace-id"], body


def webhooks(client: LinqAPIV3) -> None:
    types = client.webhook_events.list().events
    assert "contact_card.received" in types, types

    received: queue.Queue[Delivery] = queue.Queue()
    server = receiver(received)
    url = f"http://127.0.0.1:{server.server_port}/webhooks?version=2026-02-03"
    created = client.webhook_subscriptions.create(
        target_url=url, subscribed_events=["contact_card.received"], phone_numbers=[FIRST]
    )
    assert (created.target_url, created.is_active) == (url, True), created
    assert (created.subscribed_events, created.phone_numbers) == (["contact_card.received"], [FIRST])
    secret = created.signing_secret

    updated = client.webhook_subscriptions.update(
        created.id,
        subscribed_events=["contact_card.received", "contact_card.updated"],
        phone_numbers=None,
    )
    assert updated.subscribed_events == ["contact_card.received", "contact_card.updated"], updated
    assert not updated.phone_numbers, updated
    assert client.webhook_subscriptions.retrieve(created.id) == updated
    assert client.webhook_subscriptions.list().subscriptions == [updated]

    # The type that `unwrap` picks can be another event's of the same form, so that both are parsed by their own.
    client.contact_card.update(phone_number=FIRST, first_name="Jane")
    body, headers = received.get(timeout=30)
    client.webhooks.unwrap(body, headers=headers, key=secret)
    change = ContactCardUpdatedWebhookEvent.model_validate_json(body)
    assert (change.event_type, change.event_id) == ("contact_card.updated", headers["webhook-id"])
    assert (change.webhook_version, change.data.phone_number) == ("2026-02-03", FIRST), change
    assert change.data.change and change.data.change.first_name, change
    first_name = change.data.change.first_name
    assert (first_name.from_, first_name.to) == ("John", "Jane"), change

    ask_for({"event_type": "contact_card.received"})
    body, headers = received.get(timeout=30)
    client.webhooks.unwrap(body, headers=headers, key=secret)
    card = ContactCardReceivedWebhookEvent.model_validate_json(body)
    assert (card.event_type, card.event_id) == ("contact_card.received", headers["webhook-id"])
    assert card.data.owner_handle == FIRST and card.data.first_name, card
    try:
        client.webhooks.unwrap(body.replace("contact_card", "contact_cart"), headers=headers, key=secret)
    except Exception as error:
        assert type(error).__name__ == "WebhookVerificationError", repr(error)
    else:
        raise AssertionError("a forged webhook was accepted")
    server.shutdown()

    client.webhook_subscriptions.delete(created.id)
    assert client.webhook_subscriptions.list().subscriptions == []


def receiver(received: "queue.Queue[Delivery]") -> HTTPServer:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            received.put((body.decode(), {name.lower(): it for name, it in self.headers.items()}))
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def ask_for(event: dict[str, str]) -> None:
    """Has the sandbox send an event."""
    request = urllib.request.Request(
        f"{os.environ['SANDBOX']}/webhooks",
        data=json.dumps(event).encode(),
        headers={"content-type": "application/json"},
    )
    urllib.request.urlopen(request, timeout=30).close()


main()
