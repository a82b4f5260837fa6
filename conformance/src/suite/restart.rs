//! What a backend remembers when it is started again, by the command that the command line gives.

use super::{Run, id, same};
use crate::answer::Answer;
use crate::ask::Ask;
use crate::requirement::Requirement as R;
use crate::shell;
use crate::unreachable::Unreachable;
use std::time::Duration;

/// How often a backend that starts again is asked before it counts as gone, and how long between two times.
const LOOKS: usize = 60;
const BETWEEN: Duration = Duration::from_millis(500);

impl Run<'_> {
    pub(super) async fn restart(&mut self) -> Result<(), Unreachable> {
        let Some(command) = self.options.restart.clone() else {
            self.report.skip(&[R::Restart], "--restart was not given");
            return Ok(());
        };
        let key = self.backend.key();
        let first = self.backend.ask(Ask::create(&key, &self.wanted("en"))).await?;
        if !first.is_ok() {
            self.report.judge(R::Restart, vec![first.seen()]);
            return Ok(());
        }
        shell::run(&command).await?;
        let session = first.json();
        let read = self.back(id(&session)).await?;
        let mut wrong = Vec::new();
        if read.json()["id"] != session["id"] {
            wrong.push(format!("{} for a session from before", read.seen()));
        }
        let again = self.backend.ask(Ask::create(&key, &self.wanted("en"))).await?;
        wrong.extend(same(&first, &again));
        self.report.judge(R::Restart, wrong);
        Ok(())
    }

    /// The first answer of a backend that starts again.
    async fn back(&self, id: &str) -> Result<Answer, Unreachable> {
        for _ in 1..LOOKS {
            if let Ok(answer) = self.backend.ask(Ask::read(id)).await {
                return Ok(answer);
            }
            tokio::time::sleep(BETWEEN).await;
        }
        self.backend.ask(Ask::read(id)).await
    }
}
