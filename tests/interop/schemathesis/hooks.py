"""How schemathesis reads the contract, and what it finds that is as it should be."""

import os
from typing import Any

import requests
import schemathesis
from schemathesis.core.failures import AcceptedNegativeData, Failure, ServerError
from schemathesis.core.transport import Response
from schemathesis.openapi.checks import RejectedPositiveData

SANDBOX = os.environ["SANDBOX"]


@schemathesis.hook
def before_load_schema(context: schemathesis.HookContext, raw_schema: dict[str, Any]) -> None:
    components = raw_schema["components"]
    # An enum to which values can be added stands for any text that fits into a header.
    for schema in components["schemas"].values():
        if "enum" in schema and "New values" in schema["description"]:
            del schema["enum"]
            schema.update(pattern="^[\\t -~]+$", maxLength=255)
    # No schema knows the valid cursors.
    for operations in raw_schema["paths"].values():
        for operation in operations.values():
            parameters = operation.get("parameters", [])
            parameters[:] = [it for it in parameters if "$ref" not in it or not it["$ref"].endswith("/Cursor")]


@schemathesis.hook
def before_call(context: schemathesis.HookContext, case: schemathesis.Case, **kwargs: Any) -> None:
    """Each request finds a new account, except in scenarios of several requests."""
    if not is_in_scenario(case):
        requests.post(f"{SANDBOX}/reset").raise_for_status()
    requests.post(f"{SANDBOX}/budgets", json={"enforced": False}).raise_for_status()


@schemathesis.hook
def filter_failure(
    context: schemathesis.HookContext, failure: Failure, case: schemathesis.Case, response: Response
) -> bool:
    return not is_expected(failure, case, code(response))


def is_expected(failure: Failure, case: schemathesis.Case, code: int | None) -> bool:
    """Whether the contract says in words that this happens, because a schema can't."""
    fields = case.body if isinstance(case.body, dict) else {}
    is_accepted = isinstance(failure, AcceptedNegativeData)
    is_refused = isinstance(failure, RejectedPositiveData) and code == 1005
    match case.operation.definition.raw["operationId"]:
        case "createContactCard" | "updateContactCard":
            # The service fails on null.
            return isinstance(failure, ServerError) and code == 3006 and None in fields.values()
        case "updatePhoneNumber":
            # The service takes an empty text for null, which the contract does not offer.
            return is_accepted and fields["forwarding_number"] == ""
        case "createWebhookSubscription" | "updateWebhookSubscription":
            # Each URL can be subscribed once.
            return is_refused and "target_url" in fields and is_in_scenario(case)
        case _:
            return False


def is_in_scenario(case: schemathesis.Case) -> bool:
    return case.meta is not None and case.meta.phase.name.value == "stateful"


def code(response: Response) -> int | None:
    """The code of an error."""
    try:
        return int(response.json()["error"]["code"])
    except (ValueError, KeyError, TypeError):
        return None
