using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace FedPortal.Data.Migrations
{
    /// <inheritdoc />
    public partial class Robust : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "InferenceDays",
                columns: table => new
                {
                    StudyId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Version = table.Column<int>(type: "INTEGER", nullable: false),
                    Day = table.Column<DateOnly>(type: "TEXT", nullable: false),
                    Count = table.Column<int>(type: "INTEGER", nullable: false),
                    JudgedCount = table.Column<int>(type: "INTEGER", nullable: false),
                    UnlikeCount = table.Column<int>(type: "INTEGER", nullable: false),
                    TopClasses = table.Column<string>(type: "TEXT", nullable: false),
                    Confidences = table.Column<string>(type: "TEXT", nullable: false),
                    Inputs = table.Column<string>(type: "TEXT", nullable: true),
                    Revision = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_InferenceDays", x => new { x.StudyId, x.Version, x.Day });
                    table.ForeignKey(
                        name: "FK_InferenceDays_ModelVersions_StudyId_Version",
                        columns: x => new { x.StudyId, x.Version },
                        principalTable: "ModelVersions",
                        principalColumns: new[] { "StudyId", "Version" },
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "InferenceKeys",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "TEXT", nullable: false),
                    StudyId = table.Column<Guid>(type: "TEXT", nullable: false),
                    InstitutionId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Name = table.Column<string>(type: "TEXT", maxLength: 80, nullable: false),
                    SecretHash = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    ShownStart = table.Column<string>(type: "TEXT", maxLength: 20, nullable: false),
                    RequestsPerDay = table.Column<int>(type: "INTEGER", nullable: false),
                    RequestsPerMinute = table.Column<int>(type: "INTEGER", nullable: false),
                    ExpiresAt = table.Column<string>(type: "TEXT", nullable: false),
                    CreatedBy = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    CreatedAt = table.Column<string>(type: "TEXT", nullable: false),
                    RevokedAt = table.Column<string>(type: "TEXT", nullable: true),
                    RevokedBy = table.Column<string>(type: "TEXT", maxLength: 100, nullable: true),
                    Day = table.Column<long>(type: "INTEGER", nullable: false),
                    DayCount = table.Column<int>(type: "INTEGER", nullable: false),
                    Minute = table.Column<long>(type: "INTEGER", nullable: false),
                    MinuteCount = table.Column<int>(type: "INTEGER", nullable: false),
                    TotalCount = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_InferenceKeys", x => x.Id);
                    table.ForeignKey(
                        name: "FK_InferenceKeys_Institutions_InstitutionId",
                        column: x => x.InstitutionId,
                        principalTable: "Institutions",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "FK_InferenceKeys_Studies_StudyId",
                        column: x => x.StudyId,
                        principalTable: "Studies",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "ModelWatches",
                columns: table => new
                {
                    StudyId = table.Column<Guid>(type: "TEXT", nullable: false),
                    IntervalDays = table.Column<int>(type: "INTEGER", nullable: false),
                    NextAt = table.Column<string>(type: "TEXT", nullable: true),
                    ChangedBy = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ModelWatches", x => x.StudyId);
                    table.ForeignKey(
                        name: "FK_ModelWatches_Studies_StudyId",
                        column: x => x.StudyId,
                        principalTable: "Studies",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "Revalidations",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "TEXT", nullable: false),
                    StudyId = table.Column<Guid>(type: "TEXT", nullable: false),
                    ModelVersion = table.Column<int>(type: "INTEGER", nullable: false),
                    State = table.Column<string>(type: "TEXT", maxLength: 20, nullable: false),
                    StartedBy = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    AssignmentIds = table.Column<string>(type: "TEXT", nullable: false),
                    ReportJson = table.Column<string>(type: "TEXT", nullable: true),
                    Worse = table.Column<string>(type: "TEXT", nullable: true),
                    FailureReason = table.Column<string>(type: "TEXT", nullable: true),
                    CreatedAt = table.Column<string>(type: "TEXT", nullable: false),
                    EndedAt = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Revalidations", x => x.Id);
                    table.ForeignKey(
                        name: "FK_Revalidations_ModelVersions_StudyId_ModelVersion",
                        columns: x => new { x.StudyId, x.ModelVersion },
                        principalTable: "ModelVersions",
                        principalColumns: new[] { "StudyId", "Version" },
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "RobustnessRuns",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "TEXT", nullable: false),
                    Test = table.Column<string>(type: "TEXT", maxLength: 20, nullable: false),
                    Target = table.Column<string>(type: "TEXT", maxLength: 20, nullable: false),
                    Plan = table.Column<string>(type: "TEXT", nullable: false),
                    Phantoms = table.Column<int>(type: "INTEGER", nullable: false),
                    StudyId = table.Column<Guid>(type: "TEXT", nullable: false),
                    ModelVersion = table.Column<int>(type: "INTEGER", nullable: false),
                    State = table.Column<string>(type: "TEXT", maxLength: 20, nullable: false),
                    StartedBy = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    Stage = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    Progress = table.Column<double>(type: "REAL", nullable: false),
                    AssignmentIds = table.Column<string>(type: "TEXT", nullable: false),
                    OutcomeJson = table.Column<string>(type: "TEXT", nullable: true),
                    OutcomeHash = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    FailureReason = table.Column<string>(type: "TEXT", nullable: true),
                    CreatedAt = table.Column<string>(type: "TEXT", nullable: false),
                    ChangedAt = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_RobustnessRuns", x => x.Id);
                    table.ForeignKey(
                        name: "FK_RobustnessRuns_Studies_StudyId",
                        column: x => x.StudyId,
                        principalTable: "Studies",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "IX_InferenceKeys_InstitutionId",
                table: "InferenceKeys",
                column: "InstitutionId");

            migrationBuilder.CreateIndex(
                name: "IX_InferenceKeys_SecretHash",
                table: "InferenceKeys",
                column: "SecretHash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_InferenceKeys_StudyId",
                table: "InferenceKeys",
                column: "StudyId");

            migrationBuilder.CreateIndex(
                name: "IX_ModelWatches_NextAt",
                table: "ModelWatches",
                column: "NextAt");

            migrationBuilder.CreateIndex(
                name: "IX_Revalidations_State",
                table: "Revalidations",
                column: "State");

            migrationBuilder.CreateIndex(
                name: "IX_Revalidations_StudyId_ModelVersion",
                table: "Revalidations",
                columns: new[] { "StudyId", "ModelVersion" });

            migrationBuilder.CreateIndex(
                name: "IX_RobustnessRuns_State",
                table: "RobustnessRuns",
                column: "State");

            migrationBuilder.CreateIndex(
                name: "IX_RobustnessRuns_StudyId_ModelVersion",
                table: "RobustnessRuns",
                columns: new[] { "StudyId", "ModelVersion" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "InferenceDays");

            migrationBuilder.DropTable(
                name: "InferenceKeys");

            migrationBuilder.DropTable(
                name: "ModelWatches");

            migrationBuilder.DropTable(
                name: "Revalidations");

            migrationBuilder.DropTable(
                name: "RobustnessRuns");
        }
    }
}
