//! Rate, errors and duration of HTTP, and who is turned away.

use super::{Drawn, LINES, NO_TRAFFIC, Part};
use crate::dashboard::panel::Empty::Good;

/// Its panels.
pub(super) const HTTP: Part = Part {
    id: 300,
    title: "HTTP",
    panels: &[
        Drawn {
            id: 301,
            title: "Requests by status",
            description: "Requests that were answered, each second. 499: the client gave up waiting.",
            unit: "reqps",
            queries: &[(
                "sum by (http_response_status_code) (rate(http_server_request_duration_seconds_count{{c}}[$__rate_interval]))",
                "{{http_response_status_code}}",
            )],
            ..LINES
        },
        Drawn {
            id: 302,
            title: "Errors by route",
            description: "Requests that were answered with a server's error (5xx), or whose client gave up waiting (499).",
            unit: "reqps",
            empty: Good("no request failed."),
            queries: &[(
                "sum by (http_route, http_response_status_code) (rate(http_server_request_duration_seconds_count{{c},http_response_status_code=~\"5..|499\"}[$__rate_interval])) > 0",
                "{{http_response_status_code}} {{http_route}}",
            )],
            ..LINES
        },
        Drawn {
            id: 303,
            title: "Duration",
            description: "So long took half of the requests, 95 and 99 of 100 at most. Long polls of /events are left out: they wait on purpose. Points are sampled requests, and lead to their traces.",
            unit: "s",
            empty: NO_TRAFFIC,
            exemplars: true,
            queries: &[
                (
                    "histogram_quantile(0.5, sum by (le) (rate(http_server_request_duration_seconds_bucket{{c},http_route!~\"unmatched|/events\"}[$__rate_interval]))) >= 0",
                    "50%",
                ),
                (
                    "histogram_quantile(0.95, sum by (le) (rate(http_server_request_duration_seconds_bucket{{c},http_route!~\"unmatched|/events\"}[$__rate_interval]))) >= 0",
                    "95%",
                ),
                (
                    "histogram_quantile(0.99, sum by (le) (rate(http_server_request_duration_seconds_bucket{{c},http_route!~\"unmatched|/events\"}[$__rate_interval]))) >= 0",
                    "99%",
                ),
            ],
            ..LINES
        },
        Drawn {
            id: 304,
            title: "Requests by route",
            description: "Requests each second, by method and route. Paths that no route matches are `unmatched`.",
            unit: "reqps",
            empty: NO_TRAFFIC,
            queries: &[(
                "sum by (http_request_method, http_route) (rate(http_server_request_duration_seconds_count{{c}}[$__rate_interval])) > 0",
                "{{http_request_method}} {{http_route}}",
            )],
            ..LINES
        },
        Drawn {
            id: 305,
            title: "Slow routes",
            description: "So long took 99 of 100 requests at most, by route. Points are sampled requests, and lead to their traces.",
            unit: "s",
            empty: NO_TRAFFIC,
            exemplars: true,
            queries: &[(
                "histogram_quantile(0.99, sum by (le, http_route) (rate(http_server_request_duration_seconds_bucket{{c},http_route!~\"unmatched|/events\"}[$__rate_interval]))) >= 0",
                "{{http_route}}",
            )],
            ..LINES
        },
        Drawn {
            id: 306,
            title: "Oldest request and command",
            description: "The age of the oldest request and of the oldest command under way. What hangs is in no duration until it ends.",
            unit: "s",
            queries: &[
                ("max by (context) (macadam_http_oldest_request_seconds{{c}})", "request"),
                ("max by (context) (macadam_commands_oldest_seconds{{c}})", "command"),
            ],
            ..LINES
        },
        Drawn {
            id: 307,
            title: "Requests and connections now",
            description: "Requests that are not answered yet, and connections that are open.",
            queries: &[
                ("sum by (context) (macadam_http_requests_in_flight{{c}})", "requests"),
                ("sum by (context) (macadam_http_connections{{c}})", "connections"),
            ],
            ..LINES
        },
        Drawn {
            id: 308,
            title: "Turned away",
            description: "Requests that were refused since there were too many, each second, and connections that were cut or could not be accepted.",
            unit: "ops",
            queries: &[
                (
                    "sum by (reason) (rate(macadam_http_turned_away_total{{c}}[$__rate_interval]))",
                    "refused: {{reason}}",
                ),
                (
                    "sum by (reason) (rate(macadam_http_connections_cut_total{{c}}[$__rate_interval]))",
                    "cut: {{reason}}",
                ),
                (
                    "sum by (reason) (rate(macadam_http_accept_failures_total{{c}}[$__rate_interval]))",
                    "not accepted: {{reason}}",
                ),
            ],
            ..LINES
        },
        Drawn {
            id: 309,
            title: "Tokens",
            description: "Tokens of callers, each second: verified, remembered from an earlier request, or refused.",
            unit: "ops",
            queries: &[(
                "sum by (outcome) (rate(macadam_tokens_total{{c}}[$__rate_interval]))",
                "{{outcome}}",
            )],
            ..LINES
        },
    ],
};
