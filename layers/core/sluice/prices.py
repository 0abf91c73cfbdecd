"""
What AWS charges, in US dollars, in us-east-1, on demand, without free tiers: the only place with prices.

As known on the date below. Each names the page that is right where this one is not: prices change.
"""

AS_OF = "2026-11-21"
REGION = "us-east-1"

# https://aws.amazon.com/lambda/pricing/
LAMBDA_REQUEST = 0.20e-6
LAMBDA_GB_SECOND = {"arm64": 13.3334e-6, "x86_64": 16.6667e-6}

# https://aws.amazon.com/step-functions/pricing/: Standard, per state that is entered, retries included
STATE_TRANSITION = 25e-6

# https://aws.amazon.com/sqs/pricing/: standard queues, per request of at most 64 KiB
SQS_REQUEST = 0.40e-6

# https://aws.amazon.com/dynamodb/pricing/on-demand/: per unit of 1 KiB written, to the table or to an index;
# per unit of two eventually consistent reads of 4 KiB. Stream reads by Lambda are free.
DYNAMODB_WRITE = 0.625e-6
DYNAMODB_READ = 0.125e-6

# https://aws.amazon.com/s3/pricing/: Standard
S3_PUT = 5e-6
S3_GET = 0.40e-6

# https://aws.amazon.com/eventbridge/pricing/: events of S3 are opt-in and billed like custom ones, per 64 KiB
EVENT = 1e-6

# https://aws.amazon.com/sns/pricing/: per publish; deliveries to SQS are free
SNS_PUBLISH = 0.50e-6

# https://aws.amazon.com/cloudwatch/pricing/: per GB of standard logs taken in
LOG_BYTE = 0.50e-9

# https://aws.amazon.com/xray/pricing/: per trace recorded
TRACE = 5e-6
