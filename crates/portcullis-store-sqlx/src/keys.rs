//! The statements, once for both databases.
//!
//! A macro, because a function that is generic over sqlx's databases needs a page of bounds; what differs is given to it.
//! Whatever reads a record, changes it and writes it back has its row locked in between, so that the core's own code makes
//! the change and nothing is lost.

macro_rules! key_store {
    (
        $store:ty, $database:ty,
        tables in: $schema:literal,
        begin a change: $begin:literal,
        lock a row: $lock:literal,
        use notes: $note_used:literal,
    ) => {
        mod statements {
            pub(super) const FIND: &str = concat!(
                "SELECT ",
                columns!(of k),
                ", (SELECT not_before FROM ",
                $schema,
                ".environments WHERE environment = $1) FROM (SELECT 1) AS one LEFT JOIN ",
                $schema,
                ".api_keys AS k ON k.environment = $1 AND k.id = $2"
            );
            pub(super) const LOCK: &str =
                concat!("SELECT ", columns!(), " FROM ", $schema, ".api_keys WHERE environment = $1 AND id = $2", $lock);
            pub(super) const INSERT: &str = concat!(
                "INSERT INTO ",
                $schema,
                ".api_keys (",
                columns!(),
                ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)"
            );
            pub(super) const WRITE: &str = concat!(
                "UPDATE ",
                $schema,
                ".api_keys SET kind = $3, name = $4, owner = $5, tenant = $6, scopes = $7, roles = $8, groups = $9, \
                 digest = $10, created_at = $11, expires_at = $12, disabled = $13, revoked_at = $14, successor = $15, \
                 last_used_at = $16 WHERE environment = $1 AND id = $2"
            );
            /// Two of them, so that each has its index.
            pub(super) const LIST: &str = concat!(
                "SELECT ",
                columns!(),
                " FROM ",
                $schema,
                ".api_keys WHERE environment = $1 AND id > $2 AND ($5 OR tenant IS NOT DISTINCT FROM $3) ORDER BY id LIMIT $4"
            );
            pub(super) const LIST_OF_OWNER: &str = concat!(
                "SELECT ",
                columns!(),
                " FROM ",
                $schema,
                ".api_keys WHERE environment = $1 AND id > $2 AND ($5 OR tenant IS NOT DISTINCT FROM $3) \
                 AND owner = $6 ORDER BY id LIMIT $4"
            );
            pub(super) const REVOKE_OWNER: &str = concat!(
                "WITH theirs AS (SELECT id FROM ",
                $schema,
                ".api_keys WHERE environment = $1 AND owner = $2 AND tenant IS NOT DISTINCT FROM $3 \
                 AND revoked_at IS NULL ORDER BY id",
                $lock,
                ") UPDATE ",
                $schema,
                ".api_keys SET revoked_at = $4 WHERE environment = $1 AND id IN (SELECT id FROM theirs) RETURNING id"
            );
            pub(super) const NOT_BEFORE: &str = concat!(
                "INSERT INTO ",
                $schema,
                ".environments AS e (environment, not_before) VALUES ($1, $2) ON CONFLICT (environment) DO UPDATE \
                 SET not_before = CASE WHEN e.not_before < excluded.not_before THEN excluded.not_before \
                 ELSE e.not_before END RETURNING not_before"
            );
            pub(super) const NOTE_USED: &str = $note_used;
            /// Both tables, and no row of them.
            pub(super) const PROBE: &str = concat!(
                "SELECT ",
                columns!(of k),
                ", e.not_before FROM ",
                $schema,
                ".api_keys AS k, ",
                $schema,
                ".environments AS e WHERE k.environment = '' AND e.environment = ''"
            );
        }

        type Statement<'q> = ::sqlx::query::Query<'q, $database, <$database as ::sqlx::Database>::Arguments<'q>>;

        /// With the values of a record, in the order of the columns.
        fn with_record<'q>(statement: &'q str, record: &'q KeyRecord) -> Statement<'q> {
            let list = |list: &[String]| ::serde_json::Value::from(list).to_string();
            let time = |time: Option<SystemTime>| time.map(unix_milliseconds);
            ::sqlx::query(statement)
                .bind(&record.environment)
                .bind(&record.id)
                .bind(record.kind.as_str())
                .bind(&record.name)
                .bind(&record.owner)
                .bind(&record.tenant)
                .bind(list(&record.scopes))
                .bind(list(&record.roles))
                .bind(list(&record.groups))
                .bind(&record.digest.as_bytes()[..])
                .bind(unix_milliseconds(record.created_at))
                .bind(time(record.expires_at))
                .bind(record.disabled)
                .bind(time(record.revoked_at))
                .bind(&record.successor)
                .bind(time(record.last_used_at))
        }

        type Change = ::sqlx::Transaction<'static, $database>;

        async fn lock(change: &mut Change, environment: &str, id: &str) -> Result<Option<KeyRecord>, StoreError> {
            let query = ::sqlx::query(statements::LOCK).bind(environment).bind(id);
            let found = query.fetch_optional(&mut **change).await.map_err(store_error)?;
            found.as_ref().map(crate::row::record).transpose()
        }

        async fn write(change: &mut Change, record: &KeyRecord) -> Result<(), StoreError> {
            with_record(statements::WRITE, record).execute(&mut **change).await.map_err(store_error)?;
            Ok(())
        }

        impl $store {
            /// Left without a commit, nothing has happened.
            async fn begin(&self) -> Result<Change, StoreError> {
                self.writing().begin_with($begin).await.map_err(store_error)
            }

            fn within<'a, T: 'a>(
                &'a self,
                act: impl Future<Output = Result<T, StoreError>> + Send + 'a,
            ) -> StoreFuture<'a, T> {
                let timeout = self.timeout;
                Box::pin(async move {
                    let outcome = ::tokio::time::timeout(timeout, act).await;
                    outcome.unwrap_or_else(|_| Err(crate::failure::too_slow(timeout)))
                })
            }
        }

        impl ApiKeyStore for $store {
            fn find<'a>(&'a self, environment: &'a str, id: &'a str) -> StoreFuture<'a, Lookup> {
                self.within(async move {
                    let query = ::sqlx::query(statements::FIND).bind(environment).bind(id);
                    let row = query.fetch_one(self.reading()).await.map_err(store_error)?;
                    let there = row.try_get::<Option<String>, _>(0).map_err(store_error)?.is_some();
                    let not_before = row.try_get::<Option<i64>, _>(crate::row::AFTER).map_err(store_error)?;
                    Ok(Lookup {
                        record: there.then(|| crate::row::record(&row)).transpose()?,
                        not_before: not_before.map(from_unix_milliseconds),
                    })
                })
            }

            fn insert<'a>(&'a self, record: &'a KeyRecord) -> StoreFuture<'a, ()> {
                self.within(async move {
                    with_record(statements::INSERT, record).execute(self.writing()).await.map_err(store_error)?;
                    Ok(())
                })
            }

            fn change<'a>(
                &'a self,
                environment: &'a str,
                id: &'a str,
                what: &'a KeyChange,
            ) -> StoreFuture<'a, Option<KeyRecord>> {
                self.within(async move {
                    let mut change = self.begin().await?;
                    let Some(mut record) = lock(&mut change, environment, id).await? else { return Ok(None) };
                    what.apply(&mut record);
                    write(&mut change, &record).await?;
                    change.commit().await.map_err(store_error)?;
                    Ok(Some(record))
                })
            }

            fn rotate<'a>(
                &'a self,
                id: &'a str,
                end: SystemTime,
                successor: &'a KeyRecord,
            ) -> StoreFuture<'a, Option<KeyRecord>> {
                self.within(async move {
                    let mut change = self.begin().await?;
                    let Some(mut old) = lock(&mut change, &successor.environment, id).await? else { return Ok(None) };
                    if !old.can_be_followed_by(successor) {
                        return Ok(None);
                    }
                    let query = with_record(statements::INSERT, successor);
                    query.execute(&mut *change).await.map_err(store_error)?;
                    old.successor = Some(successor.id.clone());
                    old.expires_at = Some(old.expires_at.map_or(end, |sooner| sooner.min(end)));
                    write(&mut change, &old).await?;
                    change.commit().await.map_err(store_error)?;
                    Ok(Some(old))
                })
            }

            fn list<'a>(&'a self, environment: &'a str, filter: &'a KeyFilter) -> StoreFuture<'a, Vec<KeyRecord>> {
                self.within(async move {
                    let limit = i64::try_from(filter.limit.clamp(1, KeyFilter::MAX_LIMIT)).unwrap_or(1);
                    let statement = match filter.owner {
                        Some(_) => statements::LIST_OF_OWNER,
                        None => statements::LIST,
                    };
                    let after = filter.after.as_deref().unwrap_or_default();
                    let query = ::sqlx::query(statement).bind(environment).bind(after);
                    let query = query.bind(filter.tenant.as_ref().and_then(Option::as_ref)).bind(limit);
                    let query = query.bind(filter.tenant.is_none());
                    let query = match &filter.owner {
                        Some(owner) => query.bind(owner),
                        None => query,
                    };
                    let rows = query.fetch_all(self.reading()).await.map_err(store_error)?;
                    rows.iter().map(crate::row::record).collect()
                })
            }

            fn revoke_owner<'a>(
                &'a self,
                environment: &'a str,
                tenant: Option<&'a str>,
                owner: &'a str,
                at: SystemTime,
            ) -> StoreFuture<'a, Vec<String>> {
                self.within(async move {
                    let mut revoked: Vec<String> = Vec::new();
                    // Until there are none: a key that was being rotated has a successor by now, which a statement that
                    // waited for the rotation does not see.
                    loop {
                        let query = ::sqlx::query_scalar(statements::REVOKE_OWNER);
                        let query = query.bind(environment).bind(owner).bind(tenant).bind(unix_milliseconds(at));
                        let more: Vec<String> = query.fetch_all(self.writing()).await.map_err(store_error)?;
                        if more.is_empty() {
                            break;
                        }
                        revoked.extend(more);
                    }
                    revoked.sort_unstable();
                    Ok(revoked)
                })
            }

            fn note_used<'a>(&'a self, environment: &'a str, used: &'a [(String, SystemTime)]) -> StoreFuture<'a, ()> {
                self.within(async move {
                    if used.is_empty() {
                        return Ok(());
                    }
                    let used = used.iter().map(|(id, at)| ::serde_json::json!([id, unix_milliseconds(*at)]));
                    let used = ::serde_json::Value::from_iter(used).to_string();
                    let query = ::sqlx::query(statements::NOTE_USED).bind(environment).bind(used);
                    query.execute(self.writing()).await.map_err(store_error)?;
                    Ok(())
                })
            }

            fn set_not_before<'a>(&'a self, environment: &'a str, at: SystemTime) -> StoreFuture<'a, SystemTime> {
                self.within(async move {
                    let query = ::sqlx::query_scalar(statements::NOT_BEFORE).bind(environment);
                    let query = query.bind(unix_milliseconds(at)).fetch_one(self.writing());
                    query.await.map(from_unix_milliseconds).map_err(store_error)
                })
            }

            fn check(&self) -> StoreFuture<'_, ()> {
                self.within(async move {
                    let mut connection = self.reading().acquire().await.map_err(store_error)?;
                    SHIPPED.fits(&applied(&mut connection).await?)?;
                    let probe = ::sqlx::query(statements::PROBE).fetch_optional(&mut *connection).await;
                    probe.map(|_| ()).map_err(store_error)
                })
            }
        }
    };
}
