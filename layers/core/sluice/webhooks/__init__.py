"""
Webhooks after Standard Webhooks 1.0.0: registering, fanning out, delivering.

Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""
