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
                name: "RobustnessRuns");
        }
    }
}
