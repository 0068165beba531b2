using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace FedPortal.Data.Migrations
{
    /// <inheritdoc />
    public partial class Attacks : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "EncryptedSumHash",
                table: "Rounds");

            migrationBuilder.CreateTable(
                name: "AttackRuns",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "TEXT", nullable: false),
                    StudyId = table.Column<Guid>(type: "TEXT", nullable: false),
                    ModelVersion = table.Column<int>(type: "INTEGER", nullable: false),
                    Kind = table.Column<string>(type: "TEXT", maxLength: 20, nullable: false),
                    State = table.Column<string>(type: "TEXT", maxLength: 20, nullable: false),
                    StartedBy = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    Stage = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    Progress = table.Column<double>(type: "REAL", nullable: false),
                    AssignmentIds = table.Column<string>(type: "TEXT", nullable: false),
                    OutcomeJson = table.Column<string>(type: "TEXT", nullable: true),
                    OutcomeHash = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    EpsilonFound = table.Column<double>(type: "REAL", nullable: true),
                    FailureReason = table.Column<string>(type: "TEXT", nullable: true),
                    CreatedAt = table.Column<string>(type: "TEXT", nullable: false),
                    ChangedAt = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_AttackRuns", x => x.Id);
                    table.ForeignKey(
                        name: "FK_AttackRuns_Studies_StudyId",
                        column: x => x.StudyId,
                        principalTable: "Studies",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "ModelReleases",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "TEXT", nullable: false),
                    StudyId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Version = table.Column<int>(type: "INTEGER", nullable: false),
                    State = table.Column<string>(type: "TEXT", maxLength: 20, nullable: false),
                    ReleasedAt = table.Column<string>(type: "TEXT", nullable: true),
                    WithdrawalReason = table.Column<string>(type: "TEXT", nullable: true),
                    ChangedAt = table.Column<string>(type: "TEXT", nullable: false),
                    Revision = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ModelReleases", x => x.Id);
                    table.ForeignKey(
                        name: "FK_ModelReleases_ModelVersions_StudyId_Version",
                        columns: x => new { x.StudyId, x.Version },
                        principalTable: "ModelVersions",
                        principalColumns: new[] { "StudyId", "Version" },
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "ReleaseSignature",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "TEXT", nullable: false),
                    ReleaseId = table.Column<Guid>(type: "TEXT", nullable: false),
                    UserId = table.Column<Guid>(type: "TEXT", nullable: false),
                    UserName = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    Role = table.Column<string>(type: "TEXT", maxLength: 20, nullable: false),
                    EvidenceDigest = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    Reason = table.Column<string>(type: "TEXT", nullable: true),
                    SignedAt = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ReleaseSignature", x => x.Id);
                    table.ForeignKey(
                        name: "FK_ReleaseSignature_ModelReleases_ReleaseId",
                        column: x => x.ReleaseId,
                        principalTable: "ModelReleases",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_AttackRuns_State",
                table: "AttackRuns",
                column: "State");

            migrationBuilder.CreateIndex(
                name: "IX_AttackRuns_StudyId_ModelVersion",
                table: "AttackRuns",
                columns: new[] { "StudyId", "ModelVersion" });

            migrationBuilder.CreateIndex(
                name: "IX_ModelReleases_StudyId_Version",
                table: "ModelReleases",
                columns: new[] { "StudyId", "Version" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_ReleaseSignature_ReleaseId",
                table: "ReleaseSignature",
                column: "ReleaseId");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "AttackRuns");

            migrationBuilder.DropTable(
                name: "ReleaseSignature");

            migrationBuilder.DropTable(
                name: "ModelReleases");

            migrationBuilder.AddColumn<string>(
                name: "EncryptedSumHash",
                table: "Rounds",
                type: "TEXT",
                maxLength: 64,
                nullable: true);
        }
    }
}
