//! Metrics of the client's attempts, by OpenTelemetry's names where it has one.

use linq::{Attempt, AttemptEnd, Observer};
use opentelemetry::KeyValue;
use opentelemetry::metrics::{Counter, Gauge, Histogram, Meter, UpDownCounter};

pub(crate) struct Metrics {
    duration: Histogram<f64>,
    active: UpDownCounter<i64>,
    retries: Counter<u64>,
    budget_left: Gauge<u64>,
}

impl Metrics {
    pub(crate) fn new(meter: &Meter) -> Self {
        Self {
            duration: meter
                .f64_histogram("http.client.request.duration")
                .with_unit("s")
                .with_boundaries(vec![
                    0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0,
                ])
                .build(),
            active: meter
                .i64_up_down_counter("http.client.active_requests")
                .with_unit("{request}")
                .build(),
            retries: meter
                .u64_counter("linq.client.retries")
                .with_unit("{retry}")
                .build(),
            budget_left: meter
                .u64_gauge("linq.client.budget.left")
                .with_unit("{call}")
                .build(),
        }
    }
}

impl Observer for Metrics {
    fn attempt_started(&self, attempt: &Attempt<'_>) {
        self.active.add(1, &of_attempt(attempt));
    }

    fn attempt_ended(&self, attempt: &Attempt<'_>, end: &AttemptEnd<'_>) {
        let mut attributes = of_attempt(attempt);
        self.active.add(-1, &attributes);
        if let Some(left) = end.budget_left {
            // That of the number or chat that was written last.
            let operation = KeyValue::new("linq.operation", attempt.operation);
            self.budget_left.record(left.into(), &[operation]);
        }
        if attempt.resend_count > 0 {
            self.retries.add(1, &attributes);
        }
        if let Some(status) = end.status {
            let status = i64::from(status.as_u16());
            attributes.push(KeyValue::new("http.response.status_code", status));
        }
        if let Some(error_type) = end.error_type {
            attributes.push(KeyValue::new("error.type", error_type.to_owned()));
        }
        self.duration
            .record(end.duration.as_secs_f64(), &attributes);
    }
}

fn of_attempt(attempt: &Attempt<'_>) -> Vec<KeyValue> {
    let mut attributes = vec![
        KeyValue::new("http.request.method", attempt.method),
        KeyValue::new("server.address", attempt.server_address.to_owned()),
        KeyValue::new("server.port", i64::from(attempt.server_port)),
    ];
    if let Some(template) = attempt.url_template {
        attributes.push(KeyValue::new("url.template", template));
    }
    attributes
}
