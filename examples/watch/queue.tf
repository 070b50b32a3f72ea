# Terraform: the queue that `receipt watch --queue` takes events from, with a dead-letter queue.
variable "bucket" {
  type        = string
  description = "The bucket with the dumps"
}

variable "prefix" {
  type        = string
  default     = ""
  description = "The sub-folder, with a slash at its end, or nothing"
}

resource "aws_sqs_queue" "dead_letters" {
  name                      = "receipt-dead-letters"
  message_retention_seconds = 1209600
  sqs_managed_sse_enabled   = true
}

resource "aws_sqs_queue" "events" {
  name = "receipt-events"
  # The watch puts it off while it works.
  visibility_timeout_seconds = 120
  receive_wait_time_seconds  = 20
  sqs_managed_sse_enabled    = true
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead_letters.arn
    maxReceiveCount     = 10
  })
}

data "aws_caller_identity" "current" {}

resource "aws_sqs_queue_policy" "events" {
  queue_url = aws_sqs_queue.events.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "s3.amazonaws.com" }
      Action    = "sqs:SendMessage"
      Resource  = aws_sqs_queue.events.arn
      Condition = {
        ArnLike      = { "aws:SourceArn" = "arn:aws:s3:::${var.bucket}" }
        StringEquals = { "aws:SourceAccount" = data.aws_caller_identity.current.account_id }
      }
    }]
  })
}

# This replaces all notifications of the bucket.
resource "aws_s3_bucket_notification" "receipt" {
  bucket = var.bucket
  queue {
    queue_arn     = aws_sqs_queue.events.arn
    events        = ["s3:ObjectCreated:*"]
    filter_prefix = "${var.prefix}receipt.json"
  }
  depends_on = [aws_sqs_queue_policy.events]
}

output "queue_url" {
  value = aws_sqs_queue.events.url
}
