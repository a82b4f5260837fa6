//! A backup made while it is written to, restored elsewhere: with SQLite by our own command, with PostgreSQL by its own tools.

use crate::migrate::run;
use crate::process::Instance;
use crate::rows::Rows;
use crate::shop::{Shop, Stripe, Time, send};
use serde_json::json;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Copies all rows of one database to another that is new.
fn back_up_and_restore(rows: &Rows, to: &Rows) {
    if rows.is_file() {
        let (code, told, said) = run(rows, &["backup", &to.place], &[]);
        assert!(code == Some(0) && told.contains("RELINK_SECRET"), "{told}{said}");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let rights = std::fs::metadata(&to.place).expect("a file").permissions().mode() & 0o777;
            assert_eq!(rights, 0o600, "nobody else reads it");
        }
        return;
    }
    let file = to.folder.path().join("backup");
    let mut dump = Command::new("pg_dump");
    dump.args(["--format=custom", "--file"]).arg(&file).arg(&rows.place);
    assert!(dump.status().expect("pg_dump comes with PostgreSQL").success());
    let mut restore = Command::new("pg_restore");
    restore.args(["--exit-on-error", "--no-owner", "--dbname", &to.place]).arg(&file);
    assert!(restore.status().expect("pg_restore comes with PostgreSQL").success());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_that_was_begun_before_a_backup_completes_after_its_restore() {
    let (stripe, rows) = (Stripe::start().await, Rows::new().await);
    let instance = Instance::start(&stripe, &rows);
    let shop = Shop::at(instance.base.clone(), stripe, rows, Time::default()).await;
    let session = shop.session("before", json!({"account": "fca_access_expired"})).await;
    // Others write while it is copied.
    let is_over = Arc::new(AtomicBool::new(false));
    let writing = {
        let (shop, is_over) = (shop.clone(), is_over.clone());
        tokio::spawn(async move {
            let mut count = 0;
            while !is_over.load(Ordering::Relaxed) {
                let post = shop.post("/relink/sessions", &format!("w{count}"), json!({"account": "fca_any"}));
                assert_eq!(send(post).await.0, 201);
                count += 1;
            }
            count
        })
    };
    let elsewhere = Rows::new().await;
    tokio::task::block_in_place(|| back_up_and_restore(&shop.rows, &elsewhere));
    is_over.store(true, Ordering::Relaxed);
    assert!(writing.await.expect("a writer that met no failure") > 0);
    drop(instance);

    // Without the secret that belongs to it, it is not opened, and nothing in it is changed.
    let variables = crate::shop::variables(&shop.stripe.base, &elsewhere);
    let mut wrong = variables.to_vec();
    wrong.extend([
        ("RELINK_LISTEN", "127.0.0.1:0"),
        ("RELINK_SECRET", "planted relink secret of another server"),
    ]);
    let (code, told, said) = run(&elsewhere, &[], &wrong);
    assert_eq!((code, told.as_str(), said.lines().count()), (Some(2), "", 1), "{said}");
    assert!(said.contains("sealed with another RELINK_SECRET: give that one as"), "{said}");
    assert!(!said.contains("planted"), "{said}");

    let restored = Instance::start_with(&shop.stripe, &shop.rows, &[(elsewhere.variable, &elsewhere.place)]);
    let after = shop.through(&restored.base);
    assert_eq!(after.read(&session).await["handoff"], session["handoff"], "what was sealed opens");
    after.at_the_bank(&session, "agreed", &["fca_access_expired"]).await;
    let (status, done) = after.complete(&session, "after", json!(["fca_access_expired"])).await;
    assert_eq!((status, done["status"].as_str()), (200, Some("succeeded")), "{done}");
    // The act from before has its answer, by its key.
    let again =
        send(after.post("/relink/sessions", "before", json!({"account": "fca_access_expired"}))).await;
    assert_eq!(again, (201, session));
    assert_eq!(elsewhere.value("SELECT COUNT(*) FROM completions").await, "1");
    assert_eq!(
        shop.value("SELECT COUNT(*) FROM completions").await,
        "0",
        "the first database was left alone"
    );
}

#[tokio::test]
async fn a_backup_overwrites_nothing_and_makes_no_file_of_a_database_that_is_not_there() {
    let (rows, to) = (Rows::file(), Rows::file());
    let (code, _, said) = run(&rows, &["backup", &to.place], &[]);
    assert!(code == Some(2) && said.contains("DATABASE_PATH"), "{said}");
    assert!(!std::path::Path::new(&rows.place).exists() && !std::path::Path::new(&to.place).exists());
    assert_eq!(run(&rows, &["migrate"], &[]).0, Some(0));
    std::fs::write(&to.place, "precious").expect("a file");
    let (code, _, said) = run(&rows, &["backup", &to.place], &[]);
    assert!(code == Some(2) && said.contains("the backup's file cannot be made"), "{said}");
    assert_eq!(std::fs::read_to_string(&to.place).expect("a file"), "precious");
    let postgres = [("DATABASE_URL", "postgres://127.0.0.1:9/nowhere"), ("DATABASE_PATH", "")];
    let (code, _, said) = run(&rows, &["backup", "anywhere"], &postgres);
    assert!(code == Some(2) && said.contains("pg_dump"), "{said}");
}
