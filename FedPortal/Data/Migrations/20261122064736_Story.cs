using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace FedPortal.Data.Migrations
{
    /// <inheritdoc />
    public partial class Story : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "ConfirmedAt",
                table: "UserSessions",
                type: "TEXT",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "AcceptedCodes",
                columns: table => new
                {
                    UserId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Step = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_AcceptedCodes", x => x.UserId);
                    table.ForeignKey(
                        name: "FK_AcceptedCodes_AspNetUsers_UserId",
                        column: x => x.UserId,
                        principalTable: "AspNetUsers",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "AcceptedCodes");

            migrationBuilder.DropColumn(
                name: "ConfirmedAt",
                table: "UserSessions");
        }
    }
}
