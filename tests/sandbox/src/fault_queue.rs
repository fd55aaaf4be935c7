//! The faults that wait for requests.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use http::Method;

use crate::Fault;

/// The faults still to be used, first in, first out.
#[derive(Debug, Default)]
pub(crate) struct FaultQueue(Mutex<VecDeque<Fault>>);

impl FaultQueue {
    pub(crate) fn push(&self, fault: Fault) {
        if fault.times != Some(0) {
            self.lock().push_back(fault);
        }
    }

    pub(crate) fn clear(&self) {
        self.lock().clear();
    }

    pub(crate) fn len(&self) -> usize {
        self.lock().len()
    }

    /// Those still to be used, in their order.
    pub(crate) fn waiting(&self) -> Vec<Fault> {
        self.lock().iter().cloned().collect()
    }

    /// The fault that applies to the next request, one of `method` and perhaps of an operation, if
    /// any.
    pub(crate) fn take(&self, method: &Method, operation: Option<&str>) -> Option<Fault> {
        let mut faults = self.lock();
        let mut waiting = faults.iter();
        let place = waiting.position(|fault| fault.is_for(method, operation))?;
        let fault = &mut faults[place];
        match &mut fault.times {
            Some(1) => return faults.remove(place),
            Some(left) => *left -= 1,
            None => {}
        }
        Some(fault.clone())
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Fault>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use http::StatusCode;

    use super::*;
    use crate::fault::Action;

    fn next(queue: &FaultQueue, method: Method) -> Option<u16> {
        queue.take(&method, None).map(|fault| match fault.answer {
            Action::Instead(status, _) => status.as_u16(),
            _ => StatusCode::OK.as_u16(),
        })
    }

    #[test]
    fn a_request_takes_the_first_fault_for_its_method() {
        let queue = FaultQueue::default();
        queue.push(Fault::status(500).on("POST"));
        queue.push(Fault::status(501).on(Method::PATCH).times(2));
        queue.push(Fault::status(502));
        queue.push(Fault::status(503).on("PATCH"));
        let used = [
            (Method::PATCH, Some(501)),
            (Method::GET, Some(502)),
            (Method::GET, None),
            (Method::PATCH, Some(501)),
            (Method::PATCH, Some(503)),
            (Method::PATCH, None),
            (Method::POST, Some(500)),
            (Method::POST, None),
        ];
        for (method, status) in used {
            assert_eq!(next(&queue, method), status);
        }
    }

    #[test]
    fn a_request_of_an_operation_takes_the_first_fault_for_it() {
        let queue = FaultQueue::default();
        queue.push(Fault::status(501).on_operation("createContactCard"));
        queue.push(Fault::status(502).on("GET"));
        let mut waiting = ["createContactCard", "other"].map(|id| {
            let fault = queue.take(&Method::GET, Some(id));
            fault.map(|fault| fault.operation.is_some())
        });
        waiting.reverse();
        assert_eq!(waiting, [Some(false), Some(true)]);
        assert!(queue.take(&Method::GET, None).is_none());
    }
}
