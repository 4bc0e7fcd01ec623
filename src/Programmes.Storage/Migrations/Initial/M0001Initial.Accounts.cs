using Microsoft.EntityFrameworkCore.Migrations;

namespace Programmes.Storage.Migrations;

public partial class M0001Initial
{
    private static void Accounts(MigrationBuilder schema)
    {
        schema.CreateTable("accounts", table => new
        {
            id = table.Text(),
            display_name = table.Text(optional: true),
            user_name = table.Text(optional: true),
            normalized_user_name = table.Text(optional: true),
            email = table.Text(optional: true),
            normalized_email = table.Text(optional: true),
            email_confirmed = table.Flag(),
            password_hash = table.Text(optional: true),
            security_stamp = table.Text(optional: true),
            concurrency_stamp = table.Text(optional: true),
            phone_number = table.Text(optional: true),
            phone_number_confirmed = table.Flag(),
            two_factor_enabled = table.Flag(),
            lockout_end = table.Instant(optional: true),
            lockout_enabled = table.Flag(),
            access_failed_count = table.Whole(),
            last_signed_in_at = table.Instant(optional: true),
            authenticator_secret = table.Text(optional: true),
            authenticator_step = table.Long(optional: true),
        }, constraints: table => table.PrimaryKey("pk_accounts", row => row.id));
        schema.CreateIndex("ix_accounts_normalized_email", "accounts", "normalized_email");
        schema.CreateIndex("ix_accounts_normalized_user_name", "accounts", "normalized_user_name", unique: true);

        schema.CreateTable("roles", table => new
        {
            id = table.Text(),
            name = table.Text(optional: true),
            normalized_name = table.Text(optional: true),
            concurrency_stamp = table.Text(optional: true),
        }, constraints: table => table.PrimaryKey("pk_roles", row => row.id));
        schema.CreateIndex("ix_roles_normalized_name", "roles", "normalized_name", unique: true);

        schema.CreateTable("account_claims", table => new
        {
            id = table.SmallIdentity(),
            user_id = table.Text(),
            claim_type = table.Text(optional: true),
            claim_value = table.Text(optional: true),
        }, constraints: table =>
        {
            table.PrimaryKey("pk_account_claims", row => row.id);
            table.ForeignKey("fk_account_claims_user_id", row => row.user_id, "accounts", "id", onDelete: ReferentialAction.Cascade);
        });
        schema.CreateIndex("ix_account_claims_user_id", "account_claims", "user_id");

        schema.CreateTable("account_logins", table => new
        {
            login_provider = table.Text(),
            provider_key = table.Text(),
            provider_display_name = table.Text(optional: true),
            user_id = table.Text(),
        }, constraints: table =>
        {
            table.PrimaryKey("pk_account_logins", row => new { row.login_provider, row.provider_key });
            table.ForeignKey("fk_account_logins_user_id", row => row.user_id, "accounts", "id", onDelete: ReferentialAction.Cascade);
        });
        schema.CreateIndex("ix_account_logins_user_id", "account_logins", "user_id");

        schema.CreateTable("account_tokens", table => new
        {
            user_id = table.Text(),
            login_provider = table.Text(),
            name = table.Text(),
            value = table.Text(optional: true),
        }, constraints: table =>
        {
            table.PrimaryKey("pk_account_tokens", row => new { row.user_id, row.login_provider, row.name });
            table.ForeignKey("fk_account_tokens_user_id", row => row.user_id, "accounts", "id", onDelete: ReferentialAction.Cascade);
        });

        schema.CreateTable("account_roles", table => new
        {
            user_id = table.Text(),
            role_id = table.Text(),
        }, constraints: table =>
        {
            table.PrimaryKey("pk_account_roles", row => new { row.user_id, row.role_id });
            table.ForeignKey("fk_account_roles_role_id", row => row.role_id, "roles", "id", onDelete: ReferentialAction.Cascade);
            table.ForeignKey("fk_account_roles_user_id", row => row.user_id, "accounts", "id", onDelete: ReferentialAction.Cascade);
        });
        schema.CreateIndex("ix_account_roles_role_id", "account_roles", "role_id");

        schema.CreateTable("role_claims", table => new
        {
            id = table.SmallIdentity(),
            role_id = table.Text(),
            claim_type = table.Text(optional: true),
            claim_value = table.Text(optional: true),
        }, constraints: table =>
        {
            table.PrimaryKey("pk_role_claims", row => row.id);
            table.ForeignKey("fk_role_claims_role_id", row => row.role_id, "roles", "id", onDelete: ReferentialAction.Cascade);
        });
        schema.CreateIndex("ix_role_claims_role_id", "role_claims", "role_id");

        schema.CreateTable("account_places", table => new
        {
            account_id = table.Text(),
            ordinal = table.Whole(),
            kind = table.Text(),
            programme_id = table.Text(optional: true),
            office_role = table.Text(optional: true),
            unit_id = table.Text(optional: true),
            level = table.Text(optional: true),
        }, constraints: table =>
        {
            table.PrimaryKey("pk_account_places", row => new { row.account_id, row.ordinal });
            table.ForeignKey("fk_account_places_account_id", row => row.account_id, "accounts", "id", onDelete: ReferentialAction.Restrict);
        });
        schema.CreateIndex("ix_account_places_office_role", "account_places", "office_role", filter: "office_role IS NOT NULL");
        schema.CreateIndex("ix_account_places_programme_id_unit_id", "account_places", ["programme_id", "unit_id"]);

        schema.CreateTable("account_links", table => new
        {
            id = table.Identity(),
            account_id = table.Text(),
            kind = table.Text(),
            secret_hash = table.Text(),
            created_at = table.Instant(),
            created_by = table.Text(),
            expires_at = table.Instant(),
            used_at = table.Instant(optional: true),
        }, constraints: table =>
        {
            table.PrimaryKey("pk_account_links", row => row.id);
            table.ForeignKey("fk_account_links_account_id", row => row.account_id, "accounts", "id", onDelete: ReferentialAction.Restrict);
        });
        schema.CreateIndex("ix_account_links_account_id", "account_links", "account_id");
        schema.CreateIndex("ix_account_links_secret_hash", "account_links", "secret_hash", unique: true);

        schema.CreateTable("recovery_codes", table => new
        {
            id = table.Identity(),
            account_id = table.Text(),
            code_hash = table.Text(),
            used_at = table.Instant(optional: true),
        }, constraints: table =>
        {
            table.PrimaryKey("pk_recovery_codes", row => row.id);
            table.ForeignKey("fk_recovery_codes_account_id", row => row.account_id, "accounts", "id", onDelete: ReferentialAction.Restrict);
        });
        schema.CreateIndex("ix_recovery_codes_account_id", "recovery_codes", "account_id");

        schema.CreateTable("api_tokens", table => new
        {
            id = table.Identity(),
            account_id = table.Text(),
            name = table.Text(),
            secret_hash = table.Text(),
            scope = table.Text(),
            created_at = table.Instant(),
            expires_at = table.Instant(),
            revoked_at = table.Instant(optional: true),
            used_at = table.Instant(optional: true),
        }, constraints: table =>
        {
            table.PrimaryKey("pk_api_tokens", row => row.id);
            table.ForeignKey("fk_api_tokens_account_id", row => row.account_id, "accounts", "id", onDelete: ReferentialAction.Restrict);
        });
        schema.CreateIndex("ix_api_tokens_account_id", "api_tokens", "account_id");
        schema.CreateIndex("ix_api_tokens_secret_hash", "api_tokens", "secret_hash", unique: true);

        schema.CreateTable("sign_in_failures", table => new
        {
            source = table.Text(),
            since_at = table.Instant(),
            failures = table.Whole(),
        }, constraints: table => table.PrimaryKey("pk_sign_in_failures", row => row.source));

        schema.CreateTable("data_protection_keys", table => new
        {
            id = table.Identity(),
            friendly_name = table.Text(),
            xml = table.Text(),
        }, constraints: table => table.PrimaryKey("pk_data_protection_keys", row => row.id));
    }
}
