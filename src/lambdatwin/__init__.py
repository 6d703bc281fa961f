"""A FastAPI twin for a Lambda API: the handlers run unchanged, and answer as API Gateway and Lambda would."""
