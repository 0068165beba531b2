using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace FedPortal.Data.Migrations
{
    /// <inheritdoc />
    public partial class Round : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "AcceptedSetHash",
                table: "Rounds",
                type: "TEXT",
                maxLength: 64,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "DescriptionHash",
                table: "Rounds",
                type: "TEXT",
                maxLength: 64,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Appeal",
                table: "Participations",
                type: "TEXT",
                maxLength: 1000,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "AppealDecision",
                table: "Participations",
                type: "TEXT",
                maxLength: 1000,
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "AppealUpheld",
                table: "Participations",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "CiphertextHash",
                table: "Participations",
                type: "TEXT",
                maxLength: 64,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "HelperNote",
                table: "Participations",
                type: "TEXT",
                maxLength: 1000,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "SharesHash",
                table: "Participations",
                type: "TEXT",
                maxLength: 64,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "StatementHash",
                table: "Participations",
                type: "TEXT",
                maxLength: 64,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Verdict",
                table: "Participations",
                type: "TEXT",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "InstitutionKeys",
                columns: table => new
                {
                    InstitutionId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Card = table.Column<byte[]>(type: "BLOB", nullable: false),
                    Fingerprint = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    RegisteredAt = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_InstitutionKeys", x => x.InstitutionId);
                    table.ForeignKey(
                        name: "FK_InstitutionKeys_Institutions_InstitutionId",
                        column: x => x.InstitutionId,
                        principalTable: "Institutions",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "LedgerCopies",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "TEXT", nullable: false),
                    StudyId = table.Column<Guid>(type: "TEXT", nullable: false),
                    InstitutionId = table.Column<Guid>(type: "TEXT", nullable: false),
                    LedgerId = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    RowCount = table.Column<int>(type: "INTEGER", nullable: false),
                    Head = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    ChangedAt = table.Column<string>(type: "TEXT", nullable: false),
                    Alarm = table.Column<string>(type: "TEXT", nullable: true),
                    AlarmAt = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_LedgerCopies", x => x.Id);
                    table.ForeignKey(
                        name: "FK_LedgerCopies_Institutions_InstitutionId",
                        column: x => x.InstitutionId,
                        principalTable: "Institutions",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "FK_LedgerCopies_Studies_StudyId",
                        column: x => x.StudyId,
                        principalTable: "Studies",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "LedgerCopyLines",
                columns: table => new
                {
                    CopyId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Sequence = table.Column<int>(type: "INTEGER", nullable: false),
                    Text = table.Column<string>(type: "TEXT", nullable: false),
                    Hash = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    Countersignature = table.Column<string>(type: "TEXT", nullable: true),
                    ReceivedAt = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_LedgerCopyLines", x => new { x.CopyId, x.Sequence });
                    table.ForeignKey(
                        name: "FK_LedgerCopyLines_LedgerCopies_CopyId",
                        column: x => x.CopyId,
                        principalTable: "LedgerCopies",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_InstitutionKeys_Fingerprint",
                table: "InstitutionKeys",
                column: "Fingerprint",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_LedgerCopies_InstitutionId",
                table: "LedgerCopies",
                column: "InstitutionId");

            migrationBuilder.CreateIndex(
                name: "IX_LedgerCopies_StudyId_InstitutionId",
                table: "LedgerCopies",
                columns: new[] { "StudyId", "InstitutionId" },
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "InstitutionKeys");

            migrationBuilder.DropTable(
                name: "LedgerCopyLines");

            migrationBuilder.DropTable(
                name: "LedgerCopies");

            migrationBuilder.DropColumn(
                name: "AcceptedSetHash",
                table: "Rounds");

            migrationBuilder.DropColumn(
                name: "DescriptionHash",
                table: "Rounds");

            migrationBuilder.DropColumn(
                name: "Appeal",
                table: "Participations");

            migrationBuilder.DropColumn(
                name: "AppealDecision",
                table: "Participations");

            migrationBuilder.DropColumn(
                name: "AppealUpheld",
                table: "Participations");

            migrationBuilder.DropColumn(
                name: "CiphertextHash",
                table: "Participations");

            migrationBuilder.DropColumn(
                name: "HelperNote",
                table: "Participations");

            migrationBuilder.DropColumn(
                name: "SharesHash",
                table: "Participations");

            migrationBuilder.DropColumn(
                name: "StatementHash",
                table: "Participations");

            migrationBuilder.DropColumn(
                name: "Verdict",
                table: "Participations");
        }
    }
}
