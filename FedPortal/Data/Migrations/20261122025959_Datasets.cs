using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace FedPortal.Data.Migrations
{
    /// <inheritdoc />
    public partial class Datasets : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "Changes",
                table: "Datasets",
                type: "TEXT",
                nullable: false,
                defaultValueSql: "'[]'");

            migrationBuilder.AddColumn<string>(
                name: "Draft",
                table: "Datasets",
                type: "TEXT",
                nullable: false,
                defaultValueSql: "'[]'");

            migrationBuilder.AddColumn<byte[]>(
                name: "DuplicateTags",
                table: "Datasets",
                type: "BLOB",
                nullable: false,
                defaultValue: new byte[0]);

            migrationBuilder.AddColumn<string>(
                name: "JudgedHarmless",
                table: "Datasets",
                type: "TEXT",
                nullable: false,
                defaultValueSql: "'[]'");

            migrationBuilder.AddColumn<Guid>(
                name: "PreviousId",
                table: "Datasets",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "SuspectCount",
                table: "Datasets",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<string>(
                name: "Terms",
                table: "Datasets",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "Version",
                table: "Datasets",
                type: "INTEGER",
                nullable: false,
                defaultValue: 1);

            migrationBuilder.CreateIndex(
                name: "IX_Datasets_PreviousId",
                table: "Datasets",
                column: "PreviousId");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_Datasets_PreviousId",
                table: "Datasets");

            migrationBuilder.DropColumn(
                name: "Changes",
                table: "Datasets");

            migrationBuilder.DropColumn(
                name: "Draft",
                table: "Datasets");

            migrationBuilder.DropColumn(
                name: "DuplicateTags",
                table: "Datasets");

            migrationBuilder.DropColumn(
                name: "JudgedHarmless",
                table: "Datasets");

            migrationBuilder.DropColumn(
                name: "PreviousId",
                table: "Datasets");

            migrationBuilder.DropColumn(
                name: "SuspectCount",
                table: "Datasets");

            migrationBuilder.DropColumn(
                name: "Terms",
                table: "Datasets");

            migrationBuilder.DropColumn(
                name: "Version",
                table: "Datasets");
        }
    }
}
