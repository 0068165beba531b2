using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace FedPortal.Data.Migrations
{
    /// <inheritdoc />
    public partial class Perf : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_StageTimings_RoundId",
                table: "StageTimings");

            migrationBuilder.AddColumn<bool>(
                name: "Allowed",
                table: "LedgerCopyLines",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<string>(
                name: "Kind",
                table: "LedgerCopyLines",
                type: "TEXT",
                maxLength: 20,
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "Round",
                table: "LedgerCopyLines",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<double>(
                name: "AccuracyLower",
                table: "Evaluations",
                type: "REAL",
                nullable: true);

            migrationBuilder.AddColumn<double>(
                name: "AccuracyUpper",
                table: "Evaluations",
                type: "REAL",
                nullable: true);

            migrationBuilder.AddColumn<double>(
                name: "AurocLower",
                table: "Evaluations",
                type: "REAL",
                nullable: true);

            migrationBuilder.AddColumn<double>(
                name: "AurocUpper",
                table: "Evaluations",
                type: "REAL",
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "IX_StageTimings_RoundId_Stage_InstitutionId_Seconds",
                table: "StageTimings",
                columns: new[] { "RoundId", "Stage", "InstitutionId", "Seconds" });

            migrationBuilder.CreateIndex(
                name: "IX_Rounds_State_ChangedAt",
                table: "Rounds",
                columns: new[] { "State", "ChangedAt" });

            migrationBuilder.CreateIndex(
                name: "IX_Rounds_StudyId_State",
                table: "Rounds",
                columns: new[] { "StudyId", "State" });

            migrationBuilder.CreateIndex(
                name: "IX_LedgerCopyLines_CopyId_Allowed_Kind_Round_Sequence",
                table: "LedgerCopyLines",
                columns: new[] { "CopyId", "Allowed", "Kind", "Round", "Sequence" });

            migrationBuilder.CreateIndex(
                name: "IX_AuditEntries_Actor",
                table: "AuditEntries",
                column: "Actor");

            migrationBuilder.CreateIndex(
                name: "IX_AuditEntries_Subject_Actor",
                table: "AuditEntries",
                columns: new[] { "Subject", "Actor" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_StageTimings_RoundId_Stage_InstitutionId_Seconds",
                table: "StageTimings");

            migrationBuilder.DropIndex(
                name: "IX_Rounds_State_ChangedAt",
                table: "Rounds");

            migrationBuilder.DropIndex(
                name: "IX_Rounds_StudyId_State",
                table: "Rounds");

            migrationBuilder.DropIndex(
                name: "IX_LedgerCopyLines_CopyId_Allowed_Kind_Round_Sequence",
                table: "LedgerCopyLines");

            migrationBuilder.DropIndex(
                name: "IX_AuditEntries_Actor",
                table: "AuditEntries");

            migrationBuilder.DropIndex(
                name: "IX_AuditEntries_Subject_Actor",
                table: "AuditEntries");

            migrationBuilder.DropColumn(
                name: "Allowed",
                table: "LedgerCopyLines");

            migrationBuilder.DropColumn(
                name: "Kind",
                table: "LedgerCopyLines");

            migrationBuilder.DropColumn(
                name: "Round",
                table: "LedgerCopyLines");

            migrationBuilder.DropColumn(
                name: "AccuracyLower",
                table: "Evaluations");

            migrationBuilder.DropColumn(
                name: "AccuracyUpper",
                table: "Evaluations");

            migrationBuilder.DropColumn(
                name: "AurocLower",
                table: "Evaluations");

            migrationBuilder.DropColumn(
                name: "AurocUpper",
                table: "Evaluations");

            migrationBuilder.CreateIndex(
                name: "IX_StageTimings_RoundId",
                table: "StageTimings",
                column: "RoundId");
        }
    }
}
