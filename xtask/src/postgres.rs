//! A PostgreSQL of one's own: made in a folder that goes with it, reached by a socket in that folder and by nothing
//! else, quick because it need not survive anything.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use crate::failure::Failure;
use crate::needs;
use crate::run;
use crate::serve::Server;
use crate::slow_disk::SlowDisk;
use crate::workspace::Workspace;

/// How long it may take to let the first one in.
const START: Duration = Duration::from_secs(60);
/// Who owns everything in it.
const USER: &str = "relink";

/// A running server; dropping it ends it and removes its folder.
pub struct Postgres {
    server: Option<Server>,
    folder: PathBuf,
}

impl Postgres {
    /// Makes and starts one.
    pub fn start(workspace: &Workspace) -> Result<Self, Failure> {
        Self::start_with(workspace, "fsync=off", None)
    }

    /// One whose commits are on the disk, for who measures them; on a slow one, where there is one.
    pub fn start_on_disk(workspace: &Workspace, disk: Option<&SlowDisk>) -> Result<Self, Failure> {
        Self::start_with(workspace, "fsync=on", disk)
    }

    fn start_with(workspace: &Workspace, fsync: &str, disk: Option<&SlowDisk>) -> Result<Self, Failure> {
        let programs = needs::postgres()?;
        // Short, because a socket's path may not be long; the temporary folder, because whoever runs it as another
        // user must get there.
        let folder = env::temp_dir().join(format!("relink-pg-{}", std::process::id()));
        let of = |program: &str| as_somebody(programs.join(program));
        let mut initdb = of("initdb");
        initdb.arg("-D").arg(&folder).args(["-U", USER, "-A", "trust", "-E", "UTF8", "--no-sync"]);
        run::filter("making a PostgreSQL", initdb.args(["--locale", "C"]).current_dir("/"), b"")?;
        let logs = workspace.target.join("postgres");
        fs::create_dir_all(&logs).map_err(Failure::io("creating", &logs))?;
        let mut postgres = of("postgres");
        postgres.arg("-D").arg(&folder).arg("-k").arg(&folder).current_dir("/");
        for setting in ["listen_addresses=", fsync, "max_connections=300", "shared_buffers=32MB"] {
            postgres.args(["-c", setting]);
        }
        if let Some(disk) = disk {
            disk.under(&mut postgres);
        }
        let server = Server::start("postgres", &mut postgres, &logs)?;
        let mut started = Self { server: None, folder };
        let server = started.server.insert(server);
        wait(server, &started.folder)?;
        Ok(started)
    }

    /// Its address; the database `postgres` is there, and its user may make others.
    pub fn url(&self) -> String {
        format!("postgres:///postgres?host={}&user={USER}", self.folder.display())
    }
}

/// Waits until it lets somebody in: it says so in the eighth line of this file, which `pg_ctl --wait` reads too.
fn wait(server: &mut Server, folder: &Path) -> Result<(), Failure> {
    let begun = Instant::now();
    let told = folder.join("postmaster.pid");
    let is_ready =
        || fs::read_to_string(&told).is_ok_and(|told| told.lines().nth(7).map(str::trim) == Some("ready"));
    while !is_ready() {
        server.still_runs()?;
        if begun.elapsed() > START {
            return Err(server.lost("lets nobody in"));
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    Ok(())
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // Ended before its folder goes.
        drop(self.server.take());
        drop(fs::remove_dir_all(&self.folder));
    }
}

/// PostgreSQL refuses to run as root, who therefore runs it as the user that its package makes.
fn as_somebody(program: PathBuf) -> Command {
    if !needs::root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]).arg(program);
    command
}
