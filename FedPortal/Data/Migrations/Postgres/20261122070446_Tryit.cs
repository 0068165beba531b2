using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace FedPortal.Data.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class Tryit : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "AlertChannels",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    Kind = table.Column<string>(type: "text", maxLength: 20, nullable: false, collation: "C"),
                    Name = table.Column<string>(type: "text", maxLength: 100, nullable: false, collation: "C"),
                    Address = table.Column<string>(type: "text", maxLength: 500, nullable: false, collation: "C"),
                    ProtectedSecret = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    LeastLevel = table.Column<string>(type: "text", maxLength: 20, nullable: false, collation: "C"),
                    AddedBy = table.Column<string>(type: "text", maxLength: 100, nullable: false, collation: "C"),
                    AddedAt = table.Column<string>(type: "text", nullable: false, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_AlertChannels", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "Alerts",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    Kind = table.Column<string>(type: "text", maxLength: 30, nullable: false, collation: "C"),
                    Level = table.Column<string>(type: "text", maxLength: 20, nullable: false, collation: "C"),
                    Subject = table.Column<string>(type: "text", maxLength: 200, nullable: false, collation: "C"),
                    Title = table.Column<string>(type: "text", maxLength: 200, nullable: false, collation: "C"),
                    Detail = table.Column<string>(type: "text", maxLength: 2000, nullable: false, collation: "C"),
                    Address = table.Column<string>(type: "text", maxLength: 300, nullable: true, collation: "C"),
                    InstitutionId = table.Column<Guid>(type: "uuid", nullable: true),
                    OpenedAt = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    SeenAt = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Count = table.Column<int>(type: "integer", nullable: false),
                    AcknowledgedAt = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    AcknowledgedBy = table.Column<string>(type: "text", maxLength: 100, nullable: true, collation: "C"),
                    ClosedAt = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    ClosedBy = table.Column<string>(type: "text", maxLength: 100, nullable: true, collation: "C"),
                    OpenKey = table.Column<string>(type: "text", maxLength: 240, nullable: true, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Alerts", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "InferenceDays",
                columns: table => new
                {
                    StudyId = table.Column<Guid>(type: "uuid", nullable: false),
                    Version = table.Column<int>(type: "integer", nullable: false),
                    Day = table.Column<DateOnly>(type: "date", nullable: false),
                    Count = table.Column<int>(type: "integer", nullable: false),
                    JudgedCount = table.Column<int>(type: "integer", nullable: false),
                    UnlikeCount = table.Column<int>(type: "integer", nullable: false),
                    TopClasses = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Confidences = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Inputs = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    Revision = table.Column<int>(type: "integer", nullable: false)
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
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    StudyId = table.Column<Guid>(type: "uuid", nullable: false),
                    InstitutionId = table.Column<Guid>(type: "uuid", nullable: false),
                    Name = table.Column<string>(type: "text", maxLength: 80, nullable: false, collation: "C"),
                    SecretHash = table.Column<string>(type: "text", maxLength: 64, nullable: false, collation: "C"),
                    ShownStart = table.Column<string>(type: "text", maxLength: 20, nullable: false, collation: "C"),
                    RequestsPerDay = table.Column<int>(type: "integer", nullable: false),
                    RequestsPerMinute = table.Column<int>(type: "integer", nullable: false),
                    ExpiresAt = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    CreatedBy = table.Column<string>(type: "text", maxLength: 100, nullable: false, collation: "C"),
                    CreatedAt = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    RevokedAt = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    RevokedBy = table.Column<string>(type: "text", maxLength: 100, nullable: true, collation: "C"),
                    Day = table.Column<long>(type: "bigint", nullable: false),
                    DayCount = table.Column<int>(type: "integer", nullable: false),
                    Minute = table.Column<long>(type: "bigint", nullable: false),
                    MinuteCount = table.Column<int>(type: "integer", nullable: false),
                    TotalCount = table.Column<long>(type: "bigint", nullable: false)
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
                name: "LegalHolds",
                columns: table => new
                {
                    StudyId = table.Column<Guid>(type: "uuid", nullable: false),
                    Reason = table.Column<string>(type: "text", maxLength: 500, nullable: false, collation: "C"),
                    SetBy = table.Column<string>(type: "text", maxLength: 100, nullable: false, collation: "C"),
                    SetAt = table.Column<string>(type: "text", nullable: false, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_LegalHolds", x => x.StudyId);
                    table.ForeignKey(
                        name: "FK_LegalHolds_Studies_StudyId",
                        column: x => x.StudyId,
                        principalTable: "Studies",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "ModelWatches",
                columns: table => new
                {
                    StudyId = table.Column<Guid>(type: "uuid", nullable: false),
                    IntervalDays = table.Column<int>(type: "integer", nullable: false),
                    NextAt = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    ChangedBy = table.Column<string>(type: "text", maxLength: 100, nullable: false, collation: "C")
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
                name: "OutboxMessages",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    Kind = table.Column<string>(type: "text", maxLength: 20, nullable: false, collation: "C"),
                    ChannelId = table.Column<Guid>(type: "uuid", nullable: true),
                    AlertId = table.Column<Guid>(type: "uuid", nullable: true),
                    Address = table.Column<string>(type: "text", maxLength: 500, nullable: false, collation: "C"),
                    Title = table.Column<string>(type: "text", maxLength: 200, nullable: false, collation: "C"),
                    ProtectedBody = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    State = table.Column<string>(type: "text", maxLength: 20, nullable: false, collation: "C"),
                    Attempts = table.Column<int>(type: "integer", nullable: false),
                    CreatedAt = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    DueAt = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    EndedAt = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    Problem = table.Column<string>(type: "text", maxLength: 500, nullable: true, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_OutboxMessages", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "Revalidations",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    StudyId = table.Column<Guid>(type: "uuid", nullable: false),
                    ModelVersion = table.Column<int>(type: "integer", nullable: false),
                    State = table.Column<string>(type: "text", maxLength: 20, nullable: false, collation: "C"),
                    StartedBy = table.Column<string>(type: "text", maxLength: 100, nullable: false, collation: "C"),
                    AssignmentIds = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    ReportJson = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    Worse = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    FailureReason = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    CreatedAt = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    EndedAt = table.Column<string>(type: "text", nullable: true, collation: "C")
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

            migrationBuilder.CreateIndex(
                name: "IX_Alerts_ClosedAt",
                table: "Alerts",
                column: "ClosedAt");

            migrationBuilder.CreateIndex(
                name: "IX_Alerts_OpenKey",
                table: "Alerts",
                column: "OpenKey",
                unique: true);

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
                name: "IX_OutboxMessages_State_DueAt",
                table: "OutboxMessages",
                columns: new[] { "State", "DueAt" });

            migrationBuilder.CreateIndex(
                name: "IX_Revalidations_State",
                table: "Revalidations",
                column: "State");

            migrationBuilder.CreateIndex(
                name: "IX_Revalidations_StudyId_ModelVersion",
                table: "Revalidations",
                columns: new[] { "StudyId", "ModelVersion" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "AlertChannels");

            migrationBuilder.DropTable(
                name: "Alerts");

            migrationBuilder.DropTable(
                name: "InferenceDays");

            migrationBuilder.DropTable(
                name: "InferenceKeys");

            migrationBuilder.DropTable(
                name: "LegalHolds");

            migrationBuilder.DropTable(
                name: "ModelWatches");

            migrationBuilder.DropTable(
                name: "OutboxMessages");

            migrationBuilder.DropTable(
                name: "Revalidations");
        }
    }
}
