"""A backend of one sync handler, for the development server."""

from pathlib import Path

from tests.support.postgres import ROOT

COMMAND = ("src.lambdatwin", "serve")
SETTINGS = {"PYTHONPATH": str(ROOT), "LAMBDATWIN_ENVIRONMENT": "development"}
HANDLER, HELPER = "words/handler.py", "words/spelling.py"
_FILES = {
    "pyproject.toml": '[tool.codegen]\nports = "lambdatwin.ports"\n',
    "template.yaml": """
Transform: AWS::Serverless-2016-10-31
Resources:
  Words:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.12
      CodeUri: words
      Handler: handler.say
      Timeout: 1
      Events:
        Say:
          Type: Api
          Properties: {Path: /words, Method: get}
""",
    HANDLER: """
import json

from spelling import spelled


def say(event, context):
    word = spelled("before")
    return {"statusCode": 200, "body": json.dumps(word)}
""",
    HELPER: """
def spelled(word):
    return word
""",
}


def write(folder: Path) -> Path:
    """The backend, in this folder. GET /words answers "before"."""
    (folder / "words").mkdir()
    for name, text in _FILES.items():
        (folder / name).write_text(text.lstrip(), encoding="utf-8")
    return folder
