"""The pace of the lanes over HTTP."""

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Depends, Response
from aws_lambda_powertools.event_handler.openapi.params import Body, Path
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from pydantic import Field

from sluice.api.problems import ApiError, answers
from sluice.api.texts import Id, Model, Whole
from sluice.api.versioned import CHANGED, MISSING, REFUSED, IfMatch, expected
from sluice.pace.lane_setting import LaneSetter
from sluice.pace.pacing import LaneState
from sluice.rules.versions import Missing, Refused, Stale

TAG = ["Lanes"]
router = APIGatewayHttpRouter()


def lanes() -> LaneSetter:
    """Return what changes the lanes; each function of the API has its own."""
    raise NotImplementedError


Lanes = Annotated[LaneSetter, Depends(lanes)]
LaneId = Annotated[Id, Path(description="The lane", examples=["csv"])]
Count = Annotated[int, Field(ge=1, le=1_000_000, strict=True), Whole]


class LanePace(Model):
    """How fast the files of a lane may start, and how many may be under way."""

    rate: Annotated[float, Field(gt=0, le=100_000, strict=True)] = Field(description="Files per second")
    burst: Count = Field(description="Files that an idle lane may start at once")
    horizon_seconds: Count = Field(description="How far ahead slots are given; a change acts within it")
    max_in_flight: Count = Field(description="Files that may be claimed and without outcome")
    paused: Annotated[bool, Field(strict=True)] = Field(default=False, description="Nothing more starts")
    strict: Annotated[bool, Field(strict=True)] = Field(default=False, description="Batches of one file")


class Lane(LanePace):
    """One lane."""

    lane: str
    version: int = Field(description="Grows with each change; 0 while the template's figures are in force")


class LaneList(Model):
    """All lanes."""

    lanes: list[Lane]


@router.get("/lanes", tags=TAG, responses=answers(200, LaneList, "All lanes"))
def list_lanes(setter: Lanes) -> LaneList:
    """List the lanes with their pace."""
    return LaneList(lanes=[_lane(state) for state in setter.all()])


@router.get("/lanes/<lane>", tags=TAG, responses=answers(200, Lane, "The lane", 404))
def get_lane(lane: LaneId, setter: Lanes) -> Response[Lane]:
    """Get one lane."""
    return _told(setter.get(lane))


@router.put("/lanes/<lane>", tags=TAG, responses=answers(200, Lane, "The lane is changed", 404, 412, 428))
def set_lane(
    lane: LaneId, pace: Annotated[LanePace, Body()], setter: Lanes, if_match: IfMatch = None
) -> Response[Lane]:
    """Set the pace of a lane; it survives deployments."""
    return _told(setter.change(lane, pace.to_json(), expected=expected(if_match)))


@router.post("/lanes/<lane>/pause", tags=TAG, responses=answers(200, Lane, "Nothing more starts", 404, 412))
def pause_lane(lane: LaneId, setter: Lanes) -> Response[Lane]:
    """Pause a lane: what has its slot still starts, the rest waits in its queue."""
    return _told(setter.change(lane, {"paused": True}))


@router.post("/lanes/<lane>/resume", tags=TAG, responses=answers(200, Lane, "The lane goes on", 404, 412))
def resume_lane(lane: LaneId, setter: Lanes) -> Response[Lane]:
    """Let a paused lane go on."""
    return _told(setter.change(lane, {"paused": False}))


def _told(result: LaneState | Missing | Refused | Stale) -> Response[Lane]:
    match result:
        case Missing():
            raise ApiError(HTTPStatus.NOT_FOUND, MISSING)
        case Stale():
            raise ApiError(HTTPStatus.PRECONDITION_FAILED, CHANGED)
        case Refused():
            raise ApiError(HTTPStatus.UNPROCESSABLE_ENTITY, REFUSED, result.problems)
    headers = {"etag": f'"{result.pace.config_version}"', "cache-control": "no-cache"}
    return Response(HTTPStatus.OK, "application/json", _lane(result), headers)


def _lane(state: LaneState) -> Lane:
    pace = {name: getattr(state.pace, name) for name in LanePace.model_fields}
    return Lane(lane=state.lane, version=state.pace.config_version, **pace)
