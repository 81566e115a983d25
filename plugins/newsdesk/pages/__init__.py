"""The pages, one module each: routes that show what a view of `pipeline.newsdesk` says."""
