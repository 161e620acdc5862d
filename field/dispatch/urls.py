"""Addresses of tasks, below /api/."""

from django.urls import path

from field.dispatch import api

urlpatterns = [
    path("tasks", api.TasksView.as_view(), name="tasks"),
    path("tasks/<uuid:task>", api.TaskView.as_view(), name="task"),
    path("tasks/<uuid:task>/assign", api.AssignView.as_view(), name="task-assign"),
    path("tasks/<uuid:task>/reassign", api.ReassignView.as_view(), name="task-reassign"),
    path("tasks/<uuid:task>/withdraw", api.WithdrawView.as_view(), name="task-withdraw"),
    path("tasks/<uuid:task>/approve", api.ApproveView.as_view(), name="task-approve"),
    path("tasks/<uuid:task>/send-back", api.SendBackView.as_view(), name="task-send-back"),
]
