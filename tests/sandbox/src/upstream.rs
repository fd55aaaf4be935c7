use std::collections::HashMap;
use std::time::{Duration, SystemTime};

use crate::clock::remaining;
use crate::error_body::ErrorBody;

/// How the system behind the API, which puts the cards on the devices, fails on demand.
#[derive(Debug, Default)]
pub(crate) struct Upstream {
    limits: HashMap<String, Limit>,
    incomplete: HashMap<String, usize>,
}

#[derive(Debug)]
struct Limit {
    since: SystemTime,
    wait: Duration,
}

impl Upstream {
    pub(crate) fn limit(&mut self, phone_number: String, wait: Duration, now: SystemTime) {
        self.limits.insert(phone_number, Limit { since: now, wait });
    }

    pub(crate) fn leave_incomplete(&mut self, phone_number: String, times: usize) {
        self.incomplete.insert(phone_number, times);
    }

    /// Writes a card of `phone_number`, and says whether that was completed.
    ///
    /// A write that meets a limit is refused, and the limit starts anew.
    pub(crate) fn write(&mut self, phone_number: &str, now: SystemTime) -> Result<bool, ErrorBody> {
        if let Some(limit) = self.limits.get_mut(phone_number) {
            if remaining(limit.since, limit.wait, now).is_some() {
                limit.since = now;
                return Err(ErrorBody::UPSTREAM_RATE_LIMITED.retry_after(limit.wait));
            }
            self.limits.remove(phone_number);
        }
        match self.incomplete.get_mut(phone_number) {
            None | Some(0) => Ok(true),
            Some(left) => {
                *left -= 1;
                Ok(false)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NUMBER: &str = "+15551234567";

    fn at(seconds: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
    }

    fn wait(upstream: &mut Upstream, number: &str, seconds: u64) -> Option<u64> {
        let refusal = upstream.write(number, at(seconds)).err()?;
        assert_eq!((refusal.status.as_u16(), refusal.code), (503, 4004));
        refusal.retry_after
    }

    #[test]
    fn every_attempt_extends_the_limit() {
        let mut upstream = Upstream::default();
        upstream.limit(NUMBER.into(), Duration::from_millis(59_500), at(0));
        assert_eq!(wait(&mut upstream, NUMBER, 59), Some(60));
        assert_eq!(wait(&mut upstream, NUMBER, 118), Some(60));
        assert_eq!(wait(&mut upstream, "+15557654321", 118), None);
        assert_eq!(wait(&mut upstream, NUMBER, 178), None);
        assert_eq!(wait(&mut upstream, NUMBER, 178), None);
    }

    #[test]
    fn the_longest_limit_can_be_set() {
        let mut upstream = Upstream::default();
        upstream.limit(NUMBER.into(), Duration::MAX, at(0));
        assert_eq!(wait(&mut upstream, NUMBER, 9), Some(u64::MAX));
    }

    #[test]
    fn as_many_writes_as_told_stay_incomplete() {
        let mut upstream = Upstream::default();
        upstream.leave_incomplete(NUMBER.into(), 2);
        let mut is_complete = |number| upstream.write(number, at(0)).unwrap();
        assert!(is_complete("+15557654321"));
        let writes = [(); 3].map(|()| is_complete(NUMBER));
        assert_eq!(writes, [false, false, true]);
    }

    #[test]
    fn a_refused_write_is_not_one_of_the_incomplete() {
        let mut upstream = Upstream::default();
        upstream.limit(NUMBER.into(), Duration::from_secs(60), at(0));
        upstream.leave_incomplete(NUMBER.into(), 1);
        assert_eq!(wait(&mut upstream, NUMBER, 0), Some(60));
        assert!(!upstream.write(NUMBER, at(60)).unwrap());
    }
}
