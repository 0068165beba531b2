using System;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace FedPortal.Data.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "AccessRules",
                columns: table => new
                {
                    Id = table.Column<int>(type: "integer", nullable: false),
                    RequireSecondFactorOfAdmins = table.Column<bool>(type: "boolean", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_AccessRules", x => x.Id);
                });

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
                name: "AspNetRoles",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    Name = table.Column<string>(type: "text", maxLength: 256, nullable: true, collation: "C"),
                    NormalizedName = table.Column<string>(type: "text", maxLength: 256, nullable: true, collation: "C"),
                    ConcurrencyStamp = table.Column<string>(type: "text", nullable: true, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_AspNetRoles", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "AspNetUsers",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    DisplayName = table.Column<string>(type: "text", maxLength: 100, nullable: false, collation: "C"),
                    InstitutionIds = table.Column<string>(type: "text", nullable: false, defaultValueSql: "'[]'", collation: "C"),
                    MustChangePassword = table.Column<bool>(type: "boolean", nullable: false),
                    IsDisabled = table.Column<bool>(type: "boolean", nullable: false),
                    UserName = table.Column<string>(type: "text", maxLength: 256, nullable: true, collation: "C"),
                    NormalizedUserName = table.Column<string>(type: "text", maxLength: 256, nullable: true, collation: "C"),
                    Email = table.Column<string>(type: "text", maxLength: 256, nullable: true, collation: "C"),
                    NormalizedEmail = table.Column<string>(type: "text", maxLength: 256, nullable: true, collation: "C"),
                    EmailConfirmed = table.Column<bool>(type: "boolean", nullable: false),
                    PasswordHash = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    SecurityStamp = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    ConcurrencyStamp = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    PhoneNumber = table.Column<string>(type: "text", maxLength: 256, nullable: true, collation: "C"),
                    PhoneNumberConfirmed = table.Column<bool>(type: "boolean", nullable: false),
                    TwoFactorEnabled = table.Column<bool>(type: "boolean", nullable: false),
                    LockoutEnd = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    LockoutEnabled = table.Column<bool>(type: "boolean", nullable: false),
                    AccessFailedCount = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_AspNetUsers", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "AuditCheckpoints",
                columns: table => new
                {
                    Sequence = table.Column<long>(type: "bigint", nullable: false),
                    EntryHash = table.Column<string>(type: "text", maxLength: 64, nullable: false, collation: "C"),
                    At = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Key = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Hash = table.Column<string>(type: "text", maxLength: 64, nullable: false, collation: "C"),
                    Signature = table.Column<string>(type: "text", nullable: false, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_AuditCheckpoints", x => x.Sequence);
                });

            migrationBuilder.CreateTable(
                name: "AuditEntries",
                columns: table => new
                {
                    Sequence = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    At = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Actor = table.Column<string>(type: "text", maxLength: 100, nullable: false, collation: "C"),
                    Subject = table.Column<string>(type: "text", maxLength: 30, nullable: false, collation: "C"),
                    SubjectId = table.Column<Guid>(type: "uuid", nullable: true),
                    Action = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    PreviousHash = table.Column<string>(type: "text", maxLength: 64, nullable: false, collation: "C"),
                    Hash = table.Column<string>(type: "text", maxLength: 64, nullable: false, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_AuditEntries", x => x.Sequence);
                });

            migrationBuilder.CreateTable(
                name: "ComparisonRuns",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    Order = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    State = table.Column<string>(type: "text", maxLength: 20, nullable: false, collation: "C"),
                    StartedBy = table.Column<string>(type: "text", maxLength: 100, nullable: false, collation: "C"),
                    Method = table.Column<string>(type: "text", maxLength: 40, nullable: false, collation: "C"),
                    Stage = table.Column<string>(type: "text", maxLength: 200, nullable: false, collation: "C"),
                    Progress = table.Column<double>(type: "double precision", nullable: false),
                    ReportJson = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    FailureReason = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    CreatedAt = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    BegunAt = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    ChangedAt = table.Column<string>(type: "text", nullable: false, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ComparisonRuns", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "ConsultationRequests",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    Name = table.Column<string>(type: "text", maxLength: 100, nullable: false, collation: "C"),
                    Organisation = table.Column<string>(type: "text", maxLength: 100, nullable: false, collation: "C"),
                    Email = table.Column<string>(type: "text", maxLength: 256, nullable: false, collation: "C"),
                    Message = table.Column<string>(type: "text", maxLength: 2000, nullable: false, collation: "C"),
                    CreatedAt = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    ClosedAt = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    ClosedBy = table.Column<string>(type: "text", maxLength: 100, nullable: true, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ConsultationRequests", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "InstitutionApplications",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    Form = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    State = table.Column<string>(type: "text", maxLength: 20, nullable: false, collation: "C"),
                    CreatedAt = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    DecidedAt = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    DecidedBy = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    Reason = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    InstitutionId = table.Column<Guid>(type: "uuid", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_InstitutionApplications", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "Institutions",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    Name = table.Column<string>(type: "text", maxLength: 100, nullable: false, collation: "C"),
                    ShortCode = table.Column<string>(type: "text", maxLength: 12, nullable: false, collation: "C"),
                    IsHosted = table.Column<bool>(type: "boolean", nullable: false),
                    ColourIndex = table.Column<int>(type: "integer", nullable: false),
                    Status = table.Column<string>(type: "text", maxLength: 20, nullable: false, collation: "C"),
                    AdmittedAt = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    ContactName = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    ContactEmail = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    SuspensionReason = table.Column<string>(type: "text", nullable: true, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Institutions", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "Invitations",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    Email = table.Column<string>(type: "text", maxLength: 256, nullable: false, collation: "C"),
                    DisplayName = table.Column<string>(type: "text", maxLength: 100, nullable: false, collation: "C"),
                    Roles = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    InstitutionIds = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    TokenHash = table.Column<string>(type: "text", maxLength: 64, nullable: false, collation: "C"),
                    InvitedBy = table.Column<string>(type: "text", maxLength: 100, nullable: false, collation: "C"),
                    CreatedAt = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    ExpiresAt = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    ClosedAt = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    UserId = table.Column<Guid>(type: "uuid", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Invitations", x => x.Id);
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
                name: "StudyDrafts",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    Author = table.Column<string>(type: "text", maxLength: 100, nullable: false, collation: "C"),
                    Title = table.Column<string>(type: "text", maxLength: 100, nullable: false, collation: "C"),
                    Form = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    CreatedAt = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    ChangedAt = table.Column<string>(type: "text", nullable: false, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_StudyDrafts", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "AspNetRoleClaims",
                columns: table => new
                {
                    Id = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    RoleId = table.Column<Guid>(type: "uuid", nullable: false),
                    ClaimType = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    ClaimValue = table.Column<string>(type: "text", nullable: true, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_AspNetRoleClaims", x => x.Id);
                    table.ForeignKey(
                        name: "FK_AspNetRoleClaims_AspNetRoles_RoleId",
                        column: x => x.RoleId,
                        principalTable: "AspNetRoles",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "AcceptedCodes",
                columns: table => new
                {
                    UserId = table.Column<Guid>(type: "uuid", nullable: false),
                    Step = table.Column<long>(type: "bigint", nullable: false)
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

            migrationBuilder.CreateTable(
                name: "AccessTokens",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    UserId = table.Column<Guid>(type: "uuid", nullable: false),
                    Name = table.Column<string>(type: "text", maxLength: 60, nullable: false, collation: "C"),
                    Scope = table.Column<string>(type: "text", maxLength: 20, nullable: false, collation: "C"),
                    HasSecondFactor = table.Column<bool>(type: "boolean", nullable: false),
                    TokenHash = table.Column<string>(type: "text", maxLength: 64, nullable: false, collation: "C"),
                    CreatedAt = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    ExpiresAt = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    LastUsedAt = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    RevokedAt = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    RevocationReason = table.Column<string>(type: "text", maxLength: 200, nullable: true, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_AccessTokens", x => x.Id);
                    table.ForeignKey(
                        name: "FK_AccessTokens_AspNetUsers_UserId",
                        column: x => x.UserId,
                        principalTable: "AspNetUsers",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "AspNetUserClaims",
                columns: table => new
                {
                    Id = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    UserId = table.Column<Guid>(type: "uuid", nullable: false),
                    ClaimType = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    ClaimValue = table.Column<string>(type: "text", nullable: true, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_AspNetUserClaims", x => x.Id);
                    table.ForeignKey(
                        name: "FK_AspNetUserClaims_AspNetUsers_UserId",
                        column: x => x.UserId,
                        principalTable: "AspNetUsers",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "AspNetUserLogins",
                columns: table => new
                {
                    LoginProvider = table.Column<string>(type: "text", maxLength: 128, nullable: false, collation: "C"),
                    ProviderKey = table.Column<string>(type: "text", maxLength: 128, nullable: false, collation: "C"),
                    ProviderDisplayName = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    UserId = table.Column<Guid>(type: "uuid", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_AspNetUserLogins", x => new { x.LoginProvider, x.ProviderKey });
                    table.ForeignKey(
                        name: "FK_AspNetUserLogins_AspNetUsers_UserId",
                        column: x => x.UserId,
                        principalTable: "AspNetUsers",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "AspNetUserPasskeys",
                columns: table => new
                {
                    CredentialId = table.Column<byte[]>(type: "bytea", maxLength: 1024, nullable: false),
                    UserId = table.Column<Guid>(type: "uuid", nullable: false),
                    Data = table.Column<string>(type: "jsonb", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_AspNetUserPasskeys", x => x.CredentialId);
                    table.ForeignKey(
                        name: "FK_AspNetUserPasskeys_AspNetUsers_UserId",
                        column: x => x.UserId,
                        principalTable: "AspNetUsers",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "AspNetUserRoles",
                columns: table => new
                {
                    UserId = table.Column<Guid>(type: "uuid", nullable: false),
                    RoleId = table.Column<Guid>(type: "uuid", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_AspNetUserRoles", x => new { x.UserId, x.RoleId });
                    table.ForeignKey(
                        name: "FK_AspNetUserRoles_AspNetRoles_RoleId",
                        column: x => x.RoleId,
                        principalTable: "AspNetRoles",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "FK_AspNetUserRoles_AspNetUsers_UserId",
                        column: x => x.UserId,
                        principalTable: "AspNetUsers",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "AspNetUserTokens",
                columns: table => new
                {
                    UserId = table.Column<Guid>(type: "uuid", nullable: false),
                    LoginProvider = table.Column<string>(type: "text", maxLength: 128, nullable: false, collation: "C"),
                    Name = table.Column<string>(type: "text", maxLength: 128, nullable: false, collation: "C"),
                    Value = table.Column<string>(type: "text", nullable: true, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_AspNetUserTokens", x => new { x.UserId, x.LoginProvider, x.Name });
                    table.ForeignKey(
                        name: "FK_AspNetUserTokens_AspNetUsers_UserId",
                        column: x => x.UserId,
                        principalTable: "AspNetUsers",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "IdempotentRequests",
                columns: table => new
                {
                    UserId = table.Column<Guid>(type: "uuid", nullable: false),
                    Key = table.Column<string>(type: "text", maxLength: 100, nullable: false, collation: "C"),
                    RequestHash = table.Column<string>(type: "text", maxLength: 64, nullable: false, collation: "C"),
                    CreatedAt = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Status = table.Column<int>(type: "integer", nullable: true),
                    Location = table.Column<string>(type: "text", maxLength: 300, nullable: true, collation: "C"),
                    SealedAnswer = table.Column<string>(type: "text", nullable: true, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_IdempotentRequests", x => new { x.UserId, x.Key });
                    table.ForeignKey(
                        name: "FK_IdempotentRequests_AspNetUsers_UserId",
                        column: x => x.UserId,
                        principalTable: "AspNetUsers",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "UserSessions",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    UserId = table.Column<Guid>(type: "uuid", nullable: false),
                    Method = table.Column<string>(type: "text", maxLength: 30, nullable: false, collation: "C"),
                    HasSecondFactor = table.Column<bool>(type: "boolean", nullable: false),
                    Browser = table.Column<string>(type: "text", maxLength: 80, nullable: false, collation: "C"),
                    Address = table.Column<string>(type: "text", maxLength: 64, nullable: false, collation: "C"),
                    CreatedAt = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    LastSeenAt = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    ConfirmedAt = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    EndedAt = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    EndReason = table.Column<string>(type: "text", maxLength: 200, nullable: true, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_UserSessions", x => x.Id);
                    table.ForeignKey(
                        name: "FK_UserSessions_AspNetUsers_UserId",
                        column: x => x.UserId,
                        principalTable: "AspNetUsers",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "Datasets",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    Name = table.Column<string>(type: "text", maxLength: 100, nullable: false, collation: "C"),
                    InstitutionId = table.Column<Guid>(type: "uuid", nullable: true),
                    Purpose = table.Column<string>(type: "text", maxLength: 20, nullable: false, collation: "C"),
                    Source = table.Column<string>(type: "text", maxLength: 20, nullable: false, collation: "C"),
                    Location = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Hospital = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    Seed = table.Column<int>(type: "integer", nullable: false),
                    State = table.Column<string>(type: "text", maxLength: 20, nullable: false, collation: "C"),
                    CreatedAt = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    ChangedAt = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    IsSynthetic = table.Column<bool>(type: "boolean", nullable: false),
                    FilesDone = table.Column<int>(type: "integer", nullable: false),
                    FilesTotal = table.Column<int>(type: "integer", nullable: false),
                    Classes = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    RejectedCount = table.Column<int>(type: "integer", nullable: false),
                    QualityReportJson = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    SplitRecordJson = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    ContentHash = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    FailureReason = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    Version = table.Column<int>(type: "integer", nullable: false, defaultValue: 1),
                    PreviousId = table.Column<Guid>(type: "uuid", nullable: true),
                    Changes = table.Column<string>(type: "text", nullable: false, defaultValueSql: "'[]'", collation: "C"),
                    Draft = table.Column<string>(type: "text", nullable: false, defaultValueSql: "'[]'", collation: "C"),
                    SuspectCount = table.Column<int>(type: "integer", nullable: false),
                    JudgedHarmless = table.Column<string>(type: "text", nullable: false, defaultValueSql: "'[]'", collation: "C"),
                    DuplicateTags = table.Column<byte[]>(type: "bytea", nullable: false),
                    Terms = table.Column<string>(type: "text", nullable: true, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Datasets", x => x.Id);
                    table.ForeignKey(
                        name: "FK_Datasets_Institutions_InstitutionId",
                        column: x => x.InstitutionId,
                        principalTable: "Institutions",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "InstitutionKeys",
                columns: table => new
                {
                    InstitutionId = table.Column<Guid>(type: "uuid", nullable: false),
                    Card = table.Column<byte[]>(type: "bytea", nullable: false),
                    Fingerprint = table.Column<string>(type: "text", maxLength: 64, nullable: false, collation: "C"),
                    RegisteredAt = table.Column<string>(type: "text", nullable: false, collation: "C")
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
                name: "SiteConnections",
                columns: table => new
                {
                    InstitutionId = table.Column<Guid>(type: "uuid", nullable: false),
                    LastSeenAt = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    Program = table.Column<string>(type: "text", maxLength: 50, nullable: true, collation: "C"),
                    Refusal = table.Column<string>(type: "text", nullable: true, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_SiteConnections", x => x.InstitutionId);
                    table.ForeignKey(
                        name: "FK_SiteConnections_Institutions_InstitutionId",
                        column: x => x.InstitutionId,
                        principalTable: "Institutions",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "SiteEnrolments",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    InstitutionId = table.Column<Guid>(type: "uuid", nullable: false),
                    SecretHash = table.Column<string>(type: "text", maxLength: 64, nullable: false, collation: "C"),
                    State = table.Column<string>(type: "text", maxLength: 20, nullable: false, collation: "C"),
                    CreatedBy = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    CreatedAt = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    ExpiresAt = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    ChangedAt = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    CertificateRequest = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    Card = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    Fingerprint = table.Column<string>(type: "text", maxLength: 64, nullable: true, collation: "C"),
                    Program = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    DecidedBy = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    Reason = table.Column<string>(type: "text", nullable: true, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_SiteEnrolments", x => x.Id);
                    table.ForeignKey(
                        name: "FK_SiteEnrolments_Institutions_InstitutionId",
                        column: x => x.InstitutionId,
                        principalTable: "Institutions",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "Withdrawals",
                columns: table => new
                {
                    InstitutionId = table.Column<Guid>(type: "uuid", nullable: false),
                    RecordJson = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    At = table.Column<string>(type: "text", nullable: false, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Withdrawals", x => x.InstitutionId);
                    table.ForeignKey(
                        name: "FK_Withdrawals_Institutions_InstitutionId",
                        column: x => x.InstitutionId,
                        principalTable: "Institutions",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "Studies",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    Name = table.Column<string>(type: "text", maxLength: 100, nullable: false, collation: "C"),
                    Design = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    HoldoutDatasetId = table.Column<Guid>(type: "uuid", nullable: true),
                    IsSynthetic = table.Column<bool>(type: "boolean", nullable: false),
                    State = table.Column<string>(type: "text", maxLength: 20, nullable: false, collation: "C"),
                    CreatedAt = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    StartedAt = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    ChangedAt = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    FailureReason = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    PlanText = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    PlanHash = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    ArchivedAt = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    PausedAt = table.Column<string>(type: "text", nullable: true, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Studies", x => x.Id);
                    table.ForeignKey(
                        name: "FK_Studies_Datasets_HoldoutDatasetId",
                        column: x => x.HoldoutDatasetId,
                        principalTable: "Datasets",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "SiteCertificates",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    InstitutionId = table.Column<Guid>(type: "uuid", nullable: false),
                    EnrolmentId = table.Column<Guid>(type: "uuid", nullable: false),
                    Thumbprint = table.Column<string>(type: "text", maxLength: 64, nullable: false, collation: "C"),
                    Pem = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    IssuedAt = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    ExpiresAt = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    RevokedAt = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    RevokedBy = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    RevocationReason = table.Column<string>(type: "text", nullable: true, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_SiteCertificates", x => x.Id);
                    table.ForeignKey(
                        name: "FK_SiteCertificates_Institutions_InstitutionId",
                        column: x => x.InstitutionId,
                        principalTable: "Institutions",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "FK_SiteCertificates_SiteEnrolments_EnrolmentId",
                        column: x => x.EnrolmentId,
                        principalTable: "SiteEnrolments",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "AttackRuns",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    Kind = table.Column<string>(type: "text", maxLength: 20, nullable: false, collation: "C"),
                    EpsilonFound = table.Column<double>(type: "double precision", nullable: true),
                    StudyId = table.Column<Guid>(type: "uuid", nullable: false),
                    ModelVersion = table.Column<int>(type: "integer", nullable: false),
                    State = table.Column<string>(type: "text", maxLength: 20, nullable: false, collation: "C"),
                    StartedBy = table.Column<string>(type: "text", maxLength: 100, nullable: false, collation: "C"),
                    Stage = table.Column<string>(type: "text", maxLength: 100, nullable: false, collation: "C"),
                    Progress = table.Column<double>(type: "double precision", nullable: false),
                    AssignmentIds = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    OutcomeJson = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    OutcomeHash = table.Column<string>(type: "text", maxLength: 64, nullable: true, collation: "C"),
                    FailureReason = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    CreatedAt = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    ChangedAt = table.Column<string>(type: "text", nullable: false, collation: "C")
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
                name: "Evaluations",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    StudyId = table.Column<Guid>(type: "uuid", nullable: false),
                    RoundId = table.Column<Guid>(type: "uuid", nullable: true),
                    ModelVersion = table.Column<int>(type: "integer", nullable: false),
                    Scope = table.Column<string>(type: "text", maxLength: 20, nullable: false, collation: "C"),
                    InstitutionId = table.Column<Guid>(type: "uuid", nullable: true),
                    ReportJson = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    PredictionsHash = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    SampleCount = table.Column<int>(type: "integer", nullable: false),
                    Loss = table.Column<double>(type: "double precision", nullable: true),
                    Accuracy = table.Column<double>(type: "double precision", nullable: true),
                    F1 = table.Column<double>(type: "double precision", nullable: true),
                    Auroc = table.Column<double>(type: "double precision", nullable: true),
                    AccuracyLower = table.Column<double>(type: "double precision", nullable: true),
                    AccuracyUpper = table.Column<double>(type: "double precision", nullable: true),
                    AurocLower = table.Column<double>(type: "double precision", nullable: true),
                    AurocUpper = table.Column<double>(type: "double precision", nullable: true),
                    IsSynthetic = table.Column<bool>(type: "boolean", nullable: false),
                    CreatedAt = table.Column<string>(type: "text", nullable: false, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Evaluations", x => x.Id);
                    table.ForeignKey(
                        name: "FK_Evaluations_Studies_StudyId",
                        column: x => x.StudyId,
                        principalTable: "Studies",
                        principalColumn: "Id",
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
                name: "LedgerCopies",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    StudyId = table.Column<Guid>(type: "uuid", nullable: false),
                    InstitutionId = table.Column<Guid>(type: "uuid", nullable: false),
                    LedgerId = table.Column<string>(type: "text", maxLength: 100, nullable: false, collation: "C"),
                    RowCount = table.Column<int>(type: "integer", nullable: false),
                    Head = table.Column<string>(type: "text", maxLength: 64, nullable: false, collation: "C"),
                    ChangedAt = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Alarm = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    AlarmAt = table.Column<string>(type: "text", nullable: true, collation: "C")
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
                name: "ModelVersions",
                columns: table => new
                {
                    StudyId = table.Column<Guid>(type: "uuid", nullable: false),
                    Version = table.Column<int>(type: "integer", nullable: false),
                    RoundId = table.Column<Guid>(type: "uuid", nullable: true),
                    BlobHash = table.Column<string>(type: "text", maxLength: 64, nullable: false, collation: "C"),
                    Bytes = table.Column<long>(type: "bigint", nullable: false),
                    LayoutHash = table.Column<string>(type: "text", maxLength: 64, nullable: false, collation: "C"),
                    LayoutBlobHash = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    OptimizerStateHash = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    CreatedAt = table.Column<string>(type: "text", nullable: false, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ModelVersions", x => new { x.StudyId, x.Version });
                    table.ForeignKey(
                        name: "FK_ModelVersions_Studies_StudyId",
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
                name: "RiskDecisions",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    StudyId = table.Column<Guid>(type: "uuid", nullable: false),
                    At = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Actor = table.Column<string>(type: "text", maxLength: 100, nullable: false, collation: "C"),
                    Note = table.Column<string>(type: "text", maxLength: 300, nullable: false, collation: "C"),
                    Inputs = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Reasons = table.Column<string>(type: "text", nullable: false, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_RiskDecisions", x => x.Id);
                    table.ForeignKey(
                        name: "FK_RiskDecisions_Studies_StudyId",
                        column: x => x.StudyId,
                        principalTable: "Studies",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "RobustnessRuns",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    Test = table.Column<string>(type: "text", maxLength: 20, nullable: false, collation: "C"),
                    Target = table.Column<string>(type: "text", maxLength: 20, nullable: false, collation: "C"),
                    Plan = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Phantoms = table.Column<int>(type: "integer", nullable: false),
                    StudyId = table.Column<Guid>(type: "uuid", nullable: false),
                    ModelVersion = table.Column<int>(type: "integer", nullable: false),
                    State = table.Column<string>(type: "text", maxLength: 20, nullable: false, collation: "C"),
                    StartedBy = table.Column<string>(type: "text", maxLength: 100, nullable: false, collation: "C"),
                    Stage = table.Column<string>(type: "text", maxLength: 100, nullable: false, collation: "C"),
                    Progress = table.Column<double>(type: "double precision", nullable: false),
                    AssignmentIds = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    OutcomeJson = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    OutcomeHash = table.Column<string>(type: "text", maxLength: 64, nullable: true, collation: "C"),
                    FailureReason = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    CreatedAt = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    ChangedAt = table.Column<string>(type: "text", nullable: false, collation: "C")
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

            migrationBuilder.CreateTable(
                name: "Roster",
                columns: table => new
                {
                    StudyId = table.Column<Guid>(type: "uuid", nullable: false),
                    InstitutionId = table.Column<Guid>(type: "uuid", nullable: false),
                    DatasetId = table.Column<Guid>(type: "uuid", nullable: false),
                    Seat = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Roster", x => new { x.StudyId, x.InstitutionId });
                    table.ForeignKey(
                        name: "FK_Roster_Datasets_DatasetId",
                        column: x => x.DatasetId,
                        principalTable: "Datasets",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "FK_Roster_Institutions_InstitutionId",
                        column: x => x.InstitutionId,
                        principalTable: "Institutions",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "FK_Roster_Studies_StudyId",
                        column: x => x.StudyId,
                        principalTable: "Studies",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "Rounds",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    StudyId = table.Column<Guid>(type: "uuid", nullable: false),
                    Number = table.Column<int>(type: "integer", nullable: false),
                    Attempt = table.Column<int>(type: "integer", nullable: false),
                    Strategy = table.Column<string>(type: "text", maxLength: 30, nullable: false, collation: "C"),
                    State = table.Column<string>(type: "text", maxLength: 20, nullable: false, collation: "C"),
                    FailedIn = table.Column<string>(type: "text", maxLength: 20, nullable: true, collation: "C"),
                    FailureReason = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    CreatedAt = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    OpenedAt = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    ChangedAt = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Deadline = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    AggregateHash = table.Column<string>(type: "text", maxLength: 64, nullable: true, collation: "C"),
                    DescriptionHash = table.Column<string>(type: "text", maxLength: 64, nullable: true, collation: "C"),
                    AcceptedSetHash = table.Column<string>(type: "text", maxLength: 64, nullable: true, collation: "C"),
                    EncryptedSumHash = table.Column<string>(type: "text", maxLength: 64, nullable: true, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Rounds", x => x.Id);
                    table.ForeignKey(
                        name: "FK_Rounds_Studies_StudyId",
                        column: x => x.StudyId,
                        principalTable: "Studies",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "StudySignatures",
                columns: table => new
                {
                    StudyId = table.Column<Guid>(type: "uuid", nullable: false),
                    InstitutionId = table.Column<Guid>(type: "uuid", nullable: false),
                    PlanHash = table.Column<string>(type: "text", maxLength: 64, nullable: false, collation: "C"),
                    SignedBy = table.Column<string>(type: "text", maxLength: 100, nullable: false, collation: "C"),
                    IsOnBehalf = table.Column<bool>(type: "boolean", nullable: false),
                    SignedAt = table.Column<string>(type: "text", nullable: false, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_StudySignatures", x => new { x.StudyId, x.InstitutionId });
                    table.ForeignKey(
                        name: "FK_StudySignatures_Institutions_InstitutionId",
                        column: x => x.InstitutionId,
                        principalTable: "Institutions",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "FK_StudySignatures_Studies_StudyId",
                        column: x => x.StudyId,
                        principalTable: "Studies",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "LedgerCopyLines",
                columns: table => new
                {
                    CopyId = table.Column<Guid>(type: "uuid", nullable: false),
                    Sequence = table.Column<int>(type: "integer", nullable: false),
                    Text = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Hash = table.Column<string>(type: "text", maxLength: 64, nullable: false, collation: "C"),
                    Countersignature = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    ReceivedAt = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Round = table.Column<int>(type: "integer", nullable: true),
                    Kind = table.Column<string>(type: "text", maxLength: 20, nullable: true, collation: "C"),
                    Allowed = table.Column<bool>(type: "boolean", nullable: false)
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
                name: "ModelReleases",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    StudyId = table.Column<Guid>(type: "uuid", nullable: false),
                    Version = table.Column<int>(type: "integer", nullable: false),
                    State = table.Column<string>(type: "text", maxLength: 20, nullable: false, collation: "C"),
                    ReleasedAt = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    WithdrawalReason = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    ChangedAt = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Revision = table.Column<int>(type: "integer", nullable: false)
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

            migrationBuilder.CreateTable(
                name: "Assignments",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    StudyId = table.Column<Guid>(type: "uuid", nullable: false),
                    RoundId = table.Column<Guid>(type: "uuid", nullable: true),
                    InstitutionId = table.Column<Guid>(type: "uuid", nullable: true),
                    DatasetId = table.Column<Guid>(type: "uuid", nullable: true),
                    Kind = table.Column<string>(type: "text", maxLength: 20, nullable: false, collation: "C"),
                    ModelVersion = table.Column<int>(type: "integer", nullable: false),
                    Seat = table.Column<int>(type: "integer", nullable: false),
                    State = table.Column<string>(type: "text", maxLength: 20, nullable: false, collation: "C"),
                    Lease = table.Column<int>(type: "integer", nullable: false),
                    Failures = table.Column<int>(type: "integer", nullable: false),
                    LeaseUntil = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    NextStartAt = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    TokenHash = table.Column<string>(type: "text", maxLength: 64, nullable: true, collation: "C"),
                    SessionHash = table.Column<string>(type: "text", maxLength: 64, nullable: true, collation: "C"),
                    ResultHash = table.Column<string>(type: "text", maxLength: 64, nullable: true, collation: "C"),
                    FailureReason = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    CreatedAt = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    ChangedAt = table.Column<string>(type: "text", nullable: false, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Assignments", x => x.Id);
                    table.ForeignKey(
                        name: "FK_Assignments_Rounds_RoundId",
                        column: x => x.RoundId,
                        principalTable: "Rounds",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "FK_Assignments_Studies_StudyId",
                        column: x => x.StudyId,
                        principalTable: "Studies",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "Participations",
                columns: table => new
                {
                    RoundId = table.Column<Guid>(type: "uuid", nullable: false),
                    InstitutionId = table.Column<Guid>(type: "uuid", nullable: false),
                    State = table.Column<string>(type: "text", maxLength: 20, nullable: false, collation: "C"),
                    Reason = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    ChangedAt = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    SampleCount = table.Column<long>(type: "bigint", nullable: true),
                    UpdateHash = table.Column<string>(type: "text", maxLength: 64, nullable: true, collation: "C"),
                    UpdateBytes = table.Column<long>(type: "bigint", nullable: true),
                    CiphertextHash = table.Column<string>(type: "text", maxLength: 64, nullable: true, collation: "C"),
                    SharesHash = table.Column<string>(type: "text", maxLength: 64, nullable: true, collation: "C"),
                    StatementHash = table.Column<string>(type: "text", maxLength: 64, nullable: true, collation: "C"),
                    Verdict = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    HelperNote = table.Column<string>(type: "text", maxLength: 1000, nullable: true, collation: "C"),
                    Appeal = table.Column<string>(type: "text", maxLength: 1000, nullable: true, collation: "C"),
                    AppealDecision = table.Column<string>(type: "text", maxLength: 1000, nullable: true, collation: "C"),
                    AppealUpheld = table.Column<bool>(type: "boolean", nullable: true),
                    TrainingLoss = table.Column<double>(type: "double precision", nullable: true),
                    Snapshot = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    SnapshotAt = table.Column<string>(type: "text", nullable: true, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Participations", x => new { x.RoundId, x.InstitutionId });
                    table.ForeignKey(
                        name: "FK_Participations_Institutions_InstitutionId",
                        column: x => x.InstitutionId,
                        principalTable: "Institutions",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "FK_Participations_Rounds_RoundId",
                        column: x => x.RoundId,
                        principalTable: "Rounds",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "StageTimings",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    RoundId = table.Column<Guid>(type: "uuid", nullable: false),
                    InstitutionId = table.Column<Guid>(type: "uuid", nullable: true),
                    Stage = table.Column<string>(type: "text", maxLength: 40, nullable: false, collation: "C"),
                    Seconds = table.Column<double>(type: "double precision", nullable: false),
                    EndedAt = table.Column<string>(type: "text", nullable: false, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_StageTimings", x => x.Id);
                    table.ForeignKey(
                        name: "FK_StageTimings_Rounds_RoundId",
                        column: x => x.RoundId,
                        principalTable: "Rounds",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "ReleaseSignature",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    ReleaseId = table.Column<Guid>(type: "uuid", nullable: false),
                    UserId = table.Column<Guid>(type: "uuid", nullable: false),
                    UserName = table.Column<string>(type: "text", maxLength: 200, nullable: false, collation: "C"),
                    Role = table.Column<string>(type: "text", maxLength: 20, nullable: false, collation: "C"),
                    EvidenceDigest = table.Column<string>(type: "text", maxLength: 64, nullable: false, collation: "C"),
                    Reason = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    SignedAt = table.Column<string>(type: "text", nullable: false, collation: "C")
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

            migrationBuilder.CreateTable(
                name: "AssignmentAttempts",
                columns: table => new
                {
                    AssignmentId = table.Column<Guid>(type: "uuid", nullable: false),
                    Lease = table.Column<int>(type: "integer", nullable: false),
                    StartedAt = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    EndedAt = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    Outcome = table.Column<string>(type: "text", nullable: true, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_AssignmentAttempts", x => new { x.AssignmentId, x.Lease });
                    table.ForeignKey(
                        name: "FK_AssignmentAttempts_Assignments_AssignmentId",
                        column: x => x.AssignmentId,
                        principalTable: "Assignments",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_AccessTokens_TokenHash",
                table: "AccessTokens",
                column: "TokenHash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_AccessTokens_UserId_CreatedAt",
                table: "AccessTokens",
                columns: new[] { "UserId", "CreatedAt" });

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
                name: "IX_AspNetRoleClaims_RoleId",
                table: "AspNetRoleClaims",
                column: "RoleId");

            migrationBuilder.CreateIndex(
                name: "RoleNameIndex",
                table: "AspNetRoles",
                column: "NormalizedName",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_AspNetUserClaims_UserId",
                table: "AspNetUserClaims",
                column: "UserId");

            migrationBuilder.CreateIndex(
                name: "IX_AspNetUserLogins_UserId",
                table: "AspNetUserLogins",
                column: "UserId");

            migrationBuilder.CreateIndex(
                name: "IX_AspNetUserPasskeys_UserId",
                table: "AspNetUserPasskeys",
                column: "UserId");

            migrationBuilder.CreateIndex(
                name: "IX_AspNetUserRoles_RoleId",
                table: "AspNetUserRoles",
                column: "RoleId");

            migrationBuilder.CreateIndex(
                name: "EmailIndex",
                table: "AspNetUsers",
                column: "NormalizedEmail");

            migrationBuilder.CreateIndex(
                name: "UserNameIndex",
                table: "AspNetUsers",
                column: "NormalizedUserName",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_Assignments_RoundId",
                table: "Assignments",
                column: "RoundId");

            migrationBuilder.CreateIndex(
                name: "IX_Assignments_SessionHash",
                table: "Assignments",
                column: "SessionHash");

            migrationBuilder.CreateIndex(
                name: "IX_Assignments_State_NextStartAt",
                table: "Assignments",
                columns: new[] { "State", "NextStartAt" });

            migrationBuilder.CreateIndex(
                name: "IX_Assignments_StudyId_ModelVersion_Kind",
                table: "Assignments",
                columns: new[] { "StudyId", "ModelVersion", "Kind" });

            migrationBuilder.CreateIndex(
                name: "IX_Assignments_TokenHash",
                table: "Assignments",
                column: "TokenHash");

            migrationBuilder.CreateIndex(
                name: "IX_AttackRuns_State",
                table: "AttackRuns",
                column: "State");

            migrationBuilder.CreateIndex(
                name: "IX_AttackRuns_StudyId_ModelVersion",
                table: "AttackRuns",
                columns: new[] { "StudyId", "ModelVersion" });

            migrationBuilder.CreateIndex(
                name: "IX_AuditEntries_Actor",
                table: "AuditEntries",
                column: "Actor");

            migrationBuilder.CreateIndex(
                name: "IX_AuditEntries_SubjectId",
                table: "AuditEntries",
                column: "SubjectId");

            migrationBuilder.CreateIndex(
                name: "IX_AuditEntries_Subject_Actor",
                table: "AuditEntries",
                columns: new[] { "Subject", "Actor" });

            migrationBuilder.CreateIndex(
                name: "IX_ComparisonRuns_CreatedAt",
                table: "ComparisonRuns",
                column: "CreatedAt");

            migrationBuilder.CreateIndex(
                name: "IX_ComparisonRuns_State",
                table: "ComparisonRuns",
                column: "State");

            migrationBuilder.CreateIndex(
                name: "IX_ConsultationRequests_ClosedAt",
                table: "ConsultationRequests",
                column: "ClosedAt");

            migrationBuilder.CreateIndex(
                name: "IX_Datasets_InstitutionId",
                table: "Datasets",
                column: "InstitutionId");

            migrationBuilder.CreateIndex(
                name: "IX_Datasets_PreviousId",
                table: "Datasets",
                column: "PreviousId");

            migrationBuilder.CreateIndex(
                name: "IX_Evaluations_RoundId_Scope",
                table: "Evaluations",
                columns: new[] { "RoundId", "Scope" });

            migrationBuilder.CreateIndex(
                name: "IX_Evaluations_StudyId_ModelVersion_Scope_InstitutionId",
                table: "Evaluations",
                columns: new[] { "StudyId", "ModelVersion", "Scope", "InstitutionId" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_IdempotentRequests_CreatedAt",
                table: "IdempotentRequests",
                column: "CreatedAt");

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
                name: "IX_InstitutionApplications_State",
                table: "InstitutionApplications",
                column: "State");

            migrationBuilder.CreateIndex(
                name: "IX_InstitutionKeys_Fingerprint",
                table: "InstitutionKeys",
                column: "Fingerprint",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_Institutions_ShortCode",
                table: "Institutions",
                column: "ShortCode",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_Invitations_TokenHash",
                table: "Invitations",
                column: "TokenHash",
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

            migrationBuilder.CreateIndex(
                name: "IX_LedgerCopyLines_CopyId_Allowed_Kind_Round_Sequence",
                table: "LedgerCopyLines",
                columns: new[] { "CopyId", "Allowed", "Kind", "Round", "Sequence" });

            migrationBuilder.CreateIndex(
                name: "IX_ModelReleases_StudyId_Version",
                table: "ModelReleases",
                columns: new[] { "StudyId", "Version" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_ModelWatches_NextAt",
                table: "ModelWatches",
                column: "NextAt");

            migrationBuilder.CreateIndex(
                name: "IX_OutboxMessages_State_DueAt",
                table: "OutboxMessages",
                columns: new[] { "State", "DueAt" });

            migrationBuilder.CreateIndex(
                name: "IX_Participations_InstitutionId",
                table: "Participations",
                column: "InstitutionId");

            migrationBuilder.CreateIndex(
                name: "IX_ReleaseSignature_ReleaseId",
                table: "ReleaseSignature",
                column: "ReleaseId");

            migrationBuilder.CreateIndex(
                name: "IX_Revalidations_State",
                table: "Revalidations",
                column: "State");

            migrationBuilder.CreateIndex(
                name: "IX_Revalidations_StudyId_ModelVersion",
                table: "Revalidations",
                columns: new[] { "StudyId", "ModelVersion" });

            migrationBuilder.CreateIndex(
                name: "IX_RiskDecisions_StudyId_At",
                table: "RiskDecisions",
                columns: new[] { "StudyId", "At" });

            migrationBuilder.CreateIndex(
                name: "IX_RobustnessRuns_State",
                table: "RobustnessRuns",
                column: "State");

            migrationBuilder.CreateIndex(
                name: "IX_RobustnessRuns_StudyId_ModelVersion",
                table: "RobustnessRuns",
                columns: new[] { "StudyId", "ModelVersion" });

            migrationBuilder.CreateIndex(
                name: "IX_Roster_DatasetId",
                table: "Roster",
                column: "DatasetId");

            migrationBuilder.CreateIndex(
                name: "IX_Roster_InstitutionId",
                table: "Roster",
                column: "InstitutionId");

            migrationBuilder.CreateIndex(
                name: "IX_Roster_StudyId_Seat",
                table: "Roster",
                columns: new[] { "StudyId", "Seat" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_Rounds_CreatedAt",
                table: "Rounds",
                column: "CreatedAt");

            migrationBuilder.CreateIndex(
                name: "IX_Rounds_State_ChangedAt",
                table: "Rounds",
                columns: new[] { "State", "ChangedAt" });

            migrationBuilder.CreateIndex(
                name: "IX_Rounds_StudyId_Number_Attempt",
                table: "Rounds",
                columns: new[] { "StudyId", "Number", "Attempt" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_Rounds_StudyId_State",
                table: "Rounds",
                columns: new[] { "StudyId", "State" });

            migrationBuilder.CreateIndex(
                name: "IX_SiteCertificates_EnrolmentId",
                table: "SiteCertificates",
                column: "EnrolmentId");

            migrationBuilder.CreateIndex(
                name: "IX_SiteCertificates_InstitutionId",
                table: "SiteCertificates",
                column: "InstitutionId");

            migrationBuilder.CreateIndex(
                name: "IX_SiteCertificates_Thumbprint",
                table: "SiteCertificates",
                column: "Thumbprint",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_SiteEnrolments_InstitutionId",
                table: "SiteEnrolments",
                column: "InstitutionId");

            migrationBuilder.CreateIndex(
                name: "IX_SiteEnrolments_SecretHash",
                table: "SiteEnrolments",
                column: "SecretHash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_StageTimings_RoundId_Stage_InstitutionId_Seconds",
                table: "StageTimings",
                columns: new[] { "RoundId", "Stage", "InstitutionId", "Seconds" });

            migrationBuilder.CreateIndex(
                name: "IX_Studies_HoldoutDatasetId",
                table: "Studies",
                column: "HoldoutDatasetId");

            migrationBuilder.CreateIndex(
                name: "IX_StudySignatures_InstitutionId",
                table: "StudySignatures",
                column: "InstitutionId");

            migrationBuilder.CreateIndex(
                name: "IX_UserSessions_UserId_LastSeenAt",
                table: "UserSessions",
                columns: new[] { "UserId", "LastSeenAt" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "AcceptedCodes");

            migrationBuilder.DropTable(
                name: "AccessRules");

            migrationBuilder.DropTable(
                name: "AccessTokens");

            migrationBuilder.DropTable(
                name: "AlertChannels");

            migrationBuilder.DropTable(
                name: "Alerts");

            migrationBuilder.DropTable(
                name: "AspNetRoleClaims");

            migrationBuilder.DropTable(
                name: "AspNetUserClaims");

            migrationBuilder.DropTable(
                name: "AspNetUserLogins");

            migrationBuilder.DropTable(
                name: "AspNetUserPasskeys");

            migrationBuilder.DropTable(
                name: "AspNetUserRoles");

            migrationBuilder.DropTable(
                name: "AspNetUserTokens");

            migrationBuilder.DropTable(
                name: "AssignmentAttempts");

            migrationBuilder.DropTable(
                name: "AttackRuns");

            migrationBuilder.DropTable(
                name: "AuditCheckpoints");

            migrationBuilder.DropTable(
                name: "AuditEntries");

            migrationBuilder.DropTable(
                name: "ComparisonRuns");

            migrationBuilder.DropTable(
                name: "ConsultationRequests");

            migrationBuilder.DropTable(
                name: "Evaluations");

            migrationBuilder.DropTable(
                name: "IdempotentRequests");

            migrationBuilder.DropTable(
                name: "InferenceDays");

            migrationBuilder.DropTable(
                name: "InferenceKeys");

            migrationBuilder.DropTable(
                name: "InstitutionApplications");

            migrationBuilder.DropTable(
                name: "InstitutionKeys");

            migrationBuilder.DropTable(
                name: "Invitations");

            migrationBuilder.DropTable(
                name: "LedgerCopyLines");

            migrationBuilder.DropTable(
                name: "LegalHolds");

            migrationBuilder.DropTable(
                name: "ModelWatches");

            migrationBuilder.DropTable(
                name: "OutboxMessages");

            migrationBuilder.DropTable(
                name: "Participations");

            migrationBuilder.DropTable(
                name: "ReleaseSignature");

            migrationBuilder.DropTable(
                name: "Revalidations");

            migrationBuilder.DropTable(
                name: "RiskDecisions");

            migrationBuilder.DropTable(
                name: "RobustnessRuns");

            migrationBuilder.DropTable(
                name: "Roster");

            migrationBuilder.DropTable(
                name: "SiteCertificates");

            migrationBuilder.DropTable(
                name: "SiteConnections");

            migrationBuilder.DropTable(
                name: "StageTimings");

            migrationBuilder.DropTable(
                name: "StudyDrafts");

            migrationBuilder.DropTable(
                name: "StudySignatures");

            migrationBuilder.DropTable(
                name: "UserSessions");

            migrationBuilder.DropTable(
                name: "Withdrawals");

            migrationBuilder.DropTable(
                name: "AspNetRoles");

            migrationBuilder.DropTable(
                name: "Assignments");

            migrationBuilder.DropTable(
                name: "LedgerCopies");

            migrationBuilder.DropTable(
                name: "ModelReleases");

            migrationBuilder.DropTable(
                name: "SiteEnrolments");

            migrationBuilder.DropTable(
                name: "AspNetUsers");

            migrationBuilder.DropTable(
                name: "Rounds");

            migrationBuilder.DropTable(
                name: "ModelVersions");

            migrationBuilder.DropTable(
                name: "Studies");

            migrationBuilder.DropTable(
                name: "Datasets");

            migrationBuilder.DropTable(
                name: "Institutions");
        }
    }
}
