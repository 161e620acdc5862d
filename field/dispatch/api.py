"""The doors of tasks at the leader's desk. What comes from handhelds comes through sync."""

from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.capabilities import Capability, require
from accounts.doors import asker
from accounts.models import User
from accounts.problem import problems
from field.dispatch import operations, queries, serializers

WHOLE = {200: serializers.WholeTaskSerializer}


class TasksView(APIView):
    """The board."""

    @extend_schema(
        operation_id="tasks_board", responses={200: serializers.BoardSerializer, **problems(401, 403)}
    )
    def get(self, request: Request) -> Response:
        """The tasks that the asker may see, those that need a person first."""
        viewer, now = _at_the_desk(request), timezone.now()
        board = {"now": now, "tasks": queries.task_board(viewer, now)}
        return Response(serializers.BoardSerializer(board).data)

    @extend_schema(
        request=serializers.NewTaskSerializer,
        responses={201: serializers.WholeTaskSerializer, **problems(400, 401, 403, 404, 409, 415)},
    )
    def post(self, request: Request) -> Response:
        """Make a task, and give it to the officers that are named, in one go."""
        leader, now = asker(request), timezone.now()
        asked = serializers.NewTaskSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        made = operations.create_task(asked.new_task(), leader=leader, now=now)
        return _whole(leader, made, status.HTTP_201_CREATED)


class TaskView(APIView):
    """One task."""

    @extend_schema(responses={**WHOLE, **problems(401, 403, 404)})
    def get(self, request: Request, task: UUID) -> Response:
        """The task with all that happened to it."""
        return _whole(_at_the_desk(request), task)


class AssignView(APIView):
    """Give it to somebody."""

    @extend_schema(
        request=serializers.AssignSerializer, responses={**WHOLE, **problems(400, 401, 403, 404, 409, 415)}
    )
    def post(self, request: Request, task: UUID) -> Response:
        """Assign it; 409 `overtaken` says who was faster."""
        leader = asker(request)
        asked = serializers.AssignSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        said = asked.validated_data
        operations.assign(task, said["officers"], leader=leader, now=timezone.now(), seen=said.get("seen"))
        return _whole(leader, task)


class ReassignView(APIView):
    """Hand it over."""

    @extend_schema(
        request=serializers.ReassignSerializer, responses={**WHOLE, **problems(400, 401, 403, 404, 409, 415)}
    )
    def post(self, request: Request, task: UUID) -> Response:
        """Hand one officer's part to another."""
        leader = asker(request)
        asked = serializers.ReassignSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        said = asked.validated_data
        operations.reassign(task, from_=said["from"], to=said["to"], leader=leader, now=timezone.now())
        return _whole(leader, task)


class WithdrawView(APIView):
    """Take it back."""

    @extend_schema(
        request=serializers.WithdrawSerializer, responses={**WHOLE, **problems(400, 401, 403, 404, 409, 415)}
    )
    def post(self, request: Request, task: UUID) -> Response:
        """Take the task back from everybody."""
        leader = asker(request)
        asked = serializers.WithdrawSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        operations.withdraw(task, remark=asked.validated_data["remark"], leader=leader, now=timezone.now())
        return _whole(leader, task)


class ApproveView(APIView):
    """What was reported is right."""

    @extend_schema(request=None, responses={**WHOLE, **problems(401, 403, 404, 409)})
    def post(self, request: Request, task: UUID) -> Response:
        """Approve all reports that wait."""
        leader = asker(request)
        operations.approve(task, leader=leader, now=timezone.now())
        return _whole(leader, task)


class SendBackView(APIView):
    """Something is missing."""

    @extend_schema(
        request=serializers.SendBackSerializer, responses={**WHOLE, **problems(400, 401, 403, 404, 409, 415)}
    )
    def post(self, request: Request, task: UUID) -> Response:
        """Send one report back with a remark."""
        leader = asker(request)
        asked = serializers.SendBackSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        said = asked.validated_data
        operations.send_back(
            task, officer=said["officer"], remark=said["remark"], leader=leader, now=timezone.now()
        )
        return _whole(leader, task)


def _at_the_desk(request: Request) -> User:
    viewer = asker(request)
    require(viewer, Capability.SEE_UNIT)
    return viewer


def _whole(viewer: User, task: UUID, answer: int = status.HTTP_200_OK) -> Response:
    view = queries.desk_task(viewer, task, timezone.now())
    return Response(serializers.WholeTaskSerializer(view).data, status=answer)
